using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Prickle.ClickHouse;
using Prickle.ClickHouse.Schema;
using Prickle.Events;
using Prickle.Tests.Engine;

namespace Prickle.Tests.Events;

/// <summary>A database of its own in the tests' engine, with the product's schema.</summary>
public sealed class EventStore(EngineFixture engine) : IAsyncLifetime
{
    public const int Project = 7;

    /// <summary>A Sunday, half past two in the afternoon.</summary>
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 14, 30, 0, TimeSpan.Zero);

    readonly string _database = $"test_{Guid.CreateVersion7():n}";
    ClickHouseStore? _store;

    public ClickHouseStore Store => _store!;

    public FakeTimeProvider Time { get; } = new(Now);

    public EventQueries Queries => new(Store, Time);

    public async ValueTask InitializeAsync()
    {
        var supervisor = await engine.StartedAsync();
        _store = new ClickHouseStore(() =>
            new ClickHouseEndpoint(supervisor.Endpoint, supervisor.User, supervisor.Password, _database, IsEmbedded: true));
        await new SchemaMigrations(_store, NullLogger<SchemaMigrations>.Instance)
            .ApplyAsync(SchemaMigrations.Embedded(typeof(EventQueries).Assembly), CancellationToken.None);
    }

    /// <summary>Stores an event; gives its uuid.</summary>
    public async Task<Guid> AddAsync(
        string name = "opened", string properties = "{}", string distinctId = "user-1", Guid? person = null, TimeSpan? before = null,
        string session = "", string chain = "", int project = Project, string group = "")
    {
        var uuid = Guid.CreateVersion7();
        var at = Now - (before ?? TimeSpan.FromMinutes(1));
        await InsertAsync(
            "events (project_id, uuid, event, timestamp, distinct_id, person_id, person_profile, session_id, elements_chain, group_0, properties, captured_at)",
            new
            {
                project_id = project,
                uuid,
                @event = name,
                timestamp = Text(at),
                distinct_id = distinctId,
                person_id = person ?? PersonOf(distinctId),
                person_profile = true,
                session_id = session,
                elements_chain = chain,
                group_0 = group,
                properties = JsonElement.Parse(properties),
                captured_at = Text(at),
            });
        return uuid;
    }

    public Task AddPersonAsync(Guid id, string properties, TimeSpan? age = null) => InsertAsync(
        "persons (project_id, id, properties, is_identified, created_at, version)",
        new
        {
            project_id = Project,
            id,
            properties = JsonElement.Parse(properties),
            is_identified = true,
            created_at = Text(Now - (age ?? TimeSpan.FromHours(1))),
            version = 1,
        });

    /// <summary>Says that events of the id belong to the person, whatever they carry.</summary>
    public async Task OverrideAsync(string distinctId, Guid person)
    {
        await InsertAsync(
            "person_override_rows (project_id, distinct_id, person_id, version)",
            new { project_id = Project, distinct_id = distinctId, person_id = person, version = 1 });
        await Store.ExecuteAsync("SYSTEM RELOAD DICTIONARY person_overrides");
    }

    /// <summary>The person that an id leads to before any merge.</summary>
    public static Guid PersonOf(string distinctId) =>
        new(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(distinctId)).AsSpan(0, 16));

    async Task InsertAsync(string table, object row)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(row);
        (await Store.InsertJsonRowsAsync(table, line, JsonColumn.InsertSettings)).ShouldBe(InsertOutcome.Stored.Value);
    }

    static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await Store.ExecuteAsync($"DROP DATABASE {_database}");
        Store.Dispose();
    }
}
