using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Persons;
using Prickle.Previews.Clock;
using Prickle.Tests.Accounts;
using Prickle.Tests.Engine;
using Prickle.Tests.Events;

namespace Prickle.Tests.Previews;

/// <summary>The product with capture and stores of both kinds, a project, its owner's program, and pages of its customers.</summary>
public class PreviewHost(EngineFixture engine) : IAsyncLifetime
{
    AccountsHost? _host;

    public EventStore Store { get; } = new(engine);

    public ShiftedTime Time { get; } = new();

    public AccountsHost Host => _host!;

    /// <summary>The owner's program.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>A page of a customer: no key, the project's token in what it sends.</summary>
    public HttpClient Page { get; private set; } = null!;

    public Project Project { get; private set; } = null!;

    public string Path => $"/api/projects/{Project.Id}/early_access_feature";

    public T Get<T>() where T : notnull => Host.Get<T>();

    public async ValueTask InitializeAsync()
    {
        await Store.InitializeAsync();
        _host = await AccountsHost.StartSetUpAsync(services => Add(services.AddSingleton(Store.Store).AddSingleton<TimeProvider>(Time)), await SettingsAsync());
        Client = await Host.OwnerProgramAsync();
        Page = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Host.Address };
        Project = (await Get<ProjectDirectory>().ListAsync(CancellationToken.None))[0];
    }

    /// <summary>What a host of other tests has besides.</summary>
    protected virtual void Add(IServiceCollection services)
    {
    }

    /// <summary>Null for SQLite in the host's own folder.</summary>
    protected virtual Task<IReadOnlyDictionary<string, string?>?> SettingsAsync() => Task.FromResult<IReadOnlyDictionary<string, string?>?>(null);

    public Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, string? body = null) => SendAsync(Client, method, path, body);

    public static async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpClient client, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : Flags.FlagHost.Json(body) };
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text));
    }

    /// <summary>Makes a preview; gives its id.</summary>
    public async Task<Guid> CreateAsync(string name, string stage = "beta", string members = "")
    {
        var (status, made) = await SendAsync(HttpMethod.Post, Path, $$"""{"name":"{{name}}","stage":"{{stage}}"{{members}} }""");
        status.ShouldBe(HttpStatusCode.Created, made.ToString());
        return made.GetProperty("id").GetGuid();
    }

    public async Task<JsonElement> ChangeAsync(Guid id, string body)
    {
        var (status, changed) = await SendAsync(HttpMethod.Patch, $"{Path}/{id}", body);
        status.ShouldBe(HttpStatusCode.OK, changed.ToString());
        return changed;
    }

    /// <summary>What somebody finds in the widget.</summary>
    public async Task<JsonElement> ListAsync(string distinctId, string members = "")
    {
        var (status, list) = await SendAsync(Page, HttpMethod.Post, "/api/previews", $$"""{"token":"{{Project.Token}}","distinct_id":"{{distinctId}}"{{members}} }""");
        status.ShouldBe(HttpStatusCode.OK, list.ToString());
        return list;
    }

    /// <summary>A preview in somebody's list; null when it is not offered to them.</summary>
    public async Task<JsonElement?> FindAsync(string flag, string distinctId, string members = "")
    {
        foreach (var preview in (await ListAsync(distinctId, members)).GetProperty("previews").EnumerateArray())
        {
            if (preview.GetProperty("flagKey").GetString() == flag)
            {
                return preview;
            }
        }
        return null;
    }

    /// <summary>Somebody chooses in the widget.</summary>
    public Task<(HttpStatusCode Status, JsonElement Body)> EnrollAsync(string flag, string distinctId, bool enabled, string members = "") => SendAsync(
        Page, HttpMethod.Post, "/api/previews/enroll",
        $$"""{"token":"{{Project.Token}}","distinct_id":"{{distinctId}}","flag":"{{flag}}","enabled":{{(enabled ? "true" : "false")}}{{members}} }""");

    /// <summary>Somebody chooses, and may.</summary>
    public async Task<JsonElement> ChooseAsync(string flag, string distinctId, bool enabled, string members = "")
    {
        var (status, chosen) = await EnrollAsync(flag, distinctId, enabled, members);
        status.ShouldBe(HttpStatusCode.OK, chosen.ToString());
        return chosen;
    }

    /// <summary>What the SDK is told of a flag, with the reason.</summary>
    public async Task<(bool IsOn, string Reason)> FlagAsync(string flag, string distinctId, string members = "")
    {
        var (status, answer) = await SendAsync(Page, HttpMethod.Post, "/flags/?v=2", $$"""{"token":"{{Project.Token}}","distinct_id":"{{distinctId}}"{{members}} }""");
        status.ShouldBe(HttpStatusCode.OK, answer.ToString());
        var found = answer.GetProperty("flags").GetProperty(flag);
        return (found.GetProperty("enabled").GetBoolean(), found.GetProperty("reason").GetProperty("code").GetString()!);
    }

    /// <summary>Sends an event as the browser's SDK does.</summary>
    public async Task CaptureAsync(string name, string distinctId, string properties, DateTimeOffset? at = null)
    {
        var moment = (at ?? Time.GetUtcNow()).ToString("O");
        var (status, _) = await SendAsync(Page, HttpMethod.Post, "/e/", $$"""
            {"api_key":"{{Project.Token}}","batch":[{"event":"{{name}}","uuid":"{{Guid.CreateVersion7()}}","timestamp":"{{moment}}",
             "distinct_id":"{{distinctId}}","properties":{{properties}} }]}
            """);
        status.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>What the SDK sends when somebody chooses there.</summary>
    public Task ChooseBySdkAsync(string flag, string distinctId, bool enabled, DateTimeOffset? at = null, string members = "") => CaptureAsync(
        "$feature_enrollment_update", distinctId,
        $$$"""{"$feature_flag":"{{{flag}}}","$feature_enrollment":{{{(enabled ? "true" : "false")}}},"$set":{"$feature_enrollment/{{{flag}}}":{{{(enabled ? "true" : "false")}}}}{{{members}}} }""",
        at);

    /// <summary>The stored events of a name about a flag, in time.</summary>
    public async Task<IReadOnlyList<(string DistinctId, JsonElement Properties)>> EventsAsync(string name, string flag)
    {
        var sql = new SqlBuilder();
        sql.And($"project_id = {sql.Project(Project.Id)}");
        sql.And($"event = {sql.Text(name)}");
        sql.And($"CAST(properties.`$feature_flag`, 'Nullable(String)') = {sql.Text(flag)}");
        return await Store.Store.ListAsync(
            $"SELECT distinct_id, toJSONString(properties) FROM events WHERE {sql.Where} ORDER BY timestamp, uuid",
            row => (row.GetString(0), JsonElement.Parse(row.GetString(1))), sql.Parameters, null, CancellationToken.None);
    }

    /// <summary>The stored events, once there are so many.</summary>
    public async Task<IReadOnlyList<(string DistinctId, JsonElement Properties)>> EventsAsync(string name, string flag, int count)
    {
        IReadOnlyList<(string, JsonElement)> events = [];
        await Eventually.IsTrueAsync(async () => (events = await EventsAsync(name, flag)).Count == count);
        return events;
    }

    public async Task<JsonElement> PropertiesAsync(string distinctId) =>
        (await Get<PersonLookup>().FindAsync(Project.Id, distinctId, CancellationToken.None)).Properties;

    /// <summary>Those who chose a preview, by distinct id, with what they have.</summary>
    public async Task<IReadOnlyDictionary<string, string>> StatesAsync(Guid id)
    {
        var (_, page) = await SendAsync(HttpMethod.Get, $"{Path}/{id}/enrollments");
        return page.GetProperty("results").EnumerateArray().ToDictionary(
            one => one.GetProperty("distinct_id").GetString()!, one => one.GetProperty("state").GetString()!);
    }

    /// <summary>Lets the clock look now.</summary>
    public Task LookAsync() => Get<PreviewRounds>().RunAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Page.Dispose();
        await Host.DisposeAsync();
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
