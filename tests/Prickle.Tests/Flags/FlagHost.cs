using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Persons.Storage;
using Prickle.Storage;
using Prickle.Tests.Accounts;
using Prickle.Tests.Engine;
using Prickle.Tests.Events;

namespace Prickle.Tests.Flags;

/// <summary>The product with stores of both kinds, a project, and programs that read its flags.</summary>
public sealed class FlagHost(EngineFixture engine) : IAsyncLifetime
{
    AccountsHost? _host;

    public EventStore Store { get; } = new(engine);

    public AccountsHost Host => _host!;

    /// <summary>The owner's program.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>An SDK: no key, the token in what it sends.</summary>
    public HttpClient Sdk { get; private set; } = null!;

    public Project Project { get; private set; } = null!;

    public string Path => $"/api/projects/{Project.Id}/feature_flags";

    public T Get<T>() where T : notnull => Host.Get<T>();

    public async ValueTask InitializeAsync()
    {
        await Store.InitializeAsync();
        _host = await AccountsHost.StartSetUpAsync(services => services.AddSingleton(Store.Store));
        Client = await Host.OwnerProgramAsync();
        Sdk = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Host.Address };
        Project = (await Get<ProjectDirectory>().ListAsync(CancellationToken.None))[0];
    }

    public async Task<JsonElement> CreateAsync(string key, string filters, string members = "")
    {
        using var response = await Client.PostAsync(Path, Json($$"""{"key":"{{key}}","filters":{{filters}}{{members}} }"""));
        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, string? body = null, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : Json(body) };
        using var response = await (client ?? Client).SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text));
    }

    /// <summary>Asks as an SDK, with the token put into the body.</summary>
    public async Task<JsonElement> FlagsAsync(string body, string path = "/flags/?v=2")
    {
        var (status, answer) = await SendAsync(HttpMethod.Post, path, $$"""{"token":"{{Project.Token}}",{{body}} }""", Sdk);
        status.ShouldBe(HttpStatusCode.OK, answer.ToString());
        return answer;
    }

    /// <summary>A person in both stores.</summary>
    public async Task<Guid> AddPersonAsync(string distinctId, string properties = "{}", params string[] otherIds)
    {
        var id = Guid.CreateVersion7();
        await using (var database = await Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync())
        {
            database.Add(new PersonRow { Id = id, ProjectId = Project.Id, Properties = properties, CreatedAt = 1, Version = 1, IsIdentified = true });
            database.AddRange(otherIds.Prepend(distinctId).Select((one, index) =>
                new PersonDistinctIdRow { ProjectId = Project.Id, DistinctId = one, PersonId = id, Version = index + 1 }));
            await database.SaveChangesAsync();
        }
        var line = JsonSerializer.SerializeToUtf8Bytes(new
        {
            project_id = Project.Id,
            id,
            properties = JsonElement.Parse(properties),
            is_identified = true,
            created_at = "2026-01-01 00:00:00",
            version = 1,
        });
        (await Store.Store.InsertJsonRowsAsync("persons (project_id, id, properties, is_identified, created_at, version)", line, JsonColumn.InsertSettings))
            .ShouldBe(InsertOutcome.Stored.Value);
        return id;
    }

    public static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Sdk.Dispose();
        await Host.DisposeAsync();
        await Store.DisposeAsync();
    }
}
