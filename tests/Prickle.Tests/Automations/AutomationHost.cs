using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Prickle.Automations;
using Prickle.Automations.Engine;
using Prickle.Automations.Triggers;
using Prickle.Cohorts;
using Prickle.Destinations;
using Prickle.Tests.Engine;
using Prickle.Tests.Events;
using Prickle.Tests.Previews;

namespace Prickle.Tests.Automations;

/// <summary>The product with capture, stores and two destinations that remember what came.</summary>
public class AutomationHost(EngineFixture engine) : PreviewHost(engine)
{
    /// <summary>One to which nothing happens twice.</summary>
    internal Recorder Safe { get; } = new("recorder", DestinationRepeat.IsSafe);

    /// <summary>One of which nobody can tell whether it arrived, and that people count as a message.</summary>
    internal Recorder Letter { get; } = new("letter", DestinationRepeat.IsUnknown, isMessage: true);

    public string Automations => $"/api/projects/{Project.Id}/automations";

    protected override void Add(IServiceCollection services) => services.AddSingleton<DestinationKind>(Safe).AddSingleton<DestinationKind>(Letter);

    // Tests ask again and again.
    protected override Task<IReadOnlyDictionary<string, string?>?> SettingsAsync() =>
        Task.FromResult<IReadOnlyDictionary<string, string?>?>(new Dictionary<string, string?> { ["RateLimits:ApiPerMinute"] = "100000", ["RateLimits:ApiPerHour"] = "1000000" });

    /// <summary>Makes an automation and publishes it; gives its id.</summary>
    public async Task<int> PublishAsync(string name, string definition)
    {
        var id = await DraftAsync(name, definition);
        var (status, published) = await SendAsync(HttpMethod.Post, $"{Automations}/{id}/publish");
        status.ShouldBe(HttpStatusCode.OK, published.ToString());
        published.GetProperty("state").GetString().ShouldBe("active");
        return id;
    }

    public async Task<int> DraftAsync(string name, string definition)
    {
        var (status, made) = await SendAsync(HttpMethod.Post, Automations, $$"""{"name":"{{name}}","definition":{{definition}} }""");
        status.ShouldBe(HttpStatusCode.Created, made.ToString());
        return made.GetProperty("id").GetInt32();
    }

    /// <summary>Changes the draft and publishes it.</summary>
    public async Task RepublishAsync(int id, string definition)
    {
        (await SendAsync(HttpMethod.Patch, $"{Automations}/{id}", $$"""{"definition":{{definition}} }""")).Status.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(HttpMethod.Post, $"{Automations}/{id}/publish")).Status.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>The runs, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> RunsAsync(int id, string query = "")
    {
        var (status, page) = await SendAsync(HttpMethod.Get, $"{Automations}/{id}/runs?order=started_at{query}");
        status.ShouldBe(HttpStatusCode.OK, page.ToString());
        return [.. page.GetProperty("results").EnumerateArray()];
    }

    /// <summary>A run with what happened in it.</summary>
    public async Task<JsonElement> RunAsync(int id, JsonElement run) => (await SendAsync(HttpMethod.Get, $"{Automations}/{id}/runs/{run.GetProperty("id").GetString()}")).Body;

    /// <summary>What happened in a run: step and state, in order.</summary>
    public async Task<IReadOnlyList<string>> HistoryAsync(int id, JsonElement run) =>
        [.. (await RunAsync(id, run)).GetProperty("steps").EnumerateArray().Select(step => $"{step.GetProperty("step").GetString()} {step.GetProperty("state").GetString()}")];

    /// <summary>The runs, once so many of them are as they should be.</summary>
    public async Task<IReadOnlyList<JsonElement>> RunsAsync(int id, int count, string state)
    {
        IReadOnlyList<JsonElement> runs = [];
        await Eventually.IsTrueAsync(
            async () => (runs = await RunsAsync(id)).Count(run => run.GetProperty("state").GetString() == state) == count && runs.Count == count);
        return runs;
    }

    /// <summary>The runs, once so many wait at a step.</summary>
    public async Task<IReadOnlyList<JsonElement>> WaitingAsync(int id, string step, int count = 1)
    {
        IReadOnlyList<JsonElement> runs = [];
        await Eventually.IsTrueAsync(async () => (runs = [.. (await RunsAsync(id)).Where(run =>
            run.GetProperty("state").GetString() == "running" && run.GetProperty("step").GetString() == step && run.GetProperty("reason").ValueKind == JsonValueKind.String)]).Count == count);
        return runs;
    }

    /// <summary>Captures what one person did, in one request.</summary>
    public async Task CaptureTogetherAsync(string distinctId, params (string Name, DateTimeOffset At)[] events)
    {
        var batch = JsonSerializer.Serialize(events.Select(one => new { @event = one.Name, uuid = Guid.CreateVersion7(), timestamp = one.At, distinct_id = distinctId, properties = new { } }));
        (await SendAsync(Page, HttpMethod.Post, "/e/", $$"""{"api_key":"{{Project.Token}}","batch":{{batch}} }""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>Lets time go by, and does what is due then.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        Time.Advance(time);
        await DueAsync();
    }

    public async Task DueAsync()
    {
        await Get<AutomationClock>().LookAsync(CancellationToken.None);
        await Get<AutomationEngine>().RunDueAsync(CancellationToken.None);
    }

    /// <summary>Makes a static cohort of people that the product knows.</summary>
    public async Task<int> CohortAsync(string name, params string[] distinctIds)
    {
        var (status, made) = await SendAsync(HttpMethod.Post, $"/api/projects/{Project.Id}/cohorts", $$"""{"name":"{{name}}","is_static":true}""");
        status.ShouldBe(HttpStatusCode.Created, made.ToString());
        var id = made.GetProperty("id").GetInt32();
        await AddToCohortAsync(id, distinctIds);
        return id;
    }

    public async Task AddToCohortAsync(int id, params string[] distinctIds)
    {
        var (status, added) = await SendAsync(
            HttpMethod.Patch, string.Create(CultureInfo.InvariantCulture, $"/api/projects/{Project.Id}/cohorts/{id}/add_persons_to_static_cohort"),
            $$"""{"distinct_ids":{{JsonSerializer.Serialize(distinctIds)}} }""");
        status.ShouldBe(HttpStatusCode.OK, added.ToString());
    }

    /// <summary>A run of one step that tells the recorder something.</summary>
    public static string Tell(string trigger, string text, string more = "") =>
        $$"""{"trigger":{{trigger}},"steps":[{"type":"destination","id":"tell","kind":"recorder","fields":{"text":"{{text}}"} }]{{more}} }""";

    public static string On(string name) => $$"""{"type":"event","events":["{{name}}"]}""";
}
