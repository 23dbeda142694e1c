using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.ClickHouse;
using Prickle.ClickHouse.Schema;
using Prickle.Groups;
using Prickle.Persons;
using Prickle.Storage;
using Prickle.Tests.Engine;
using Prickle.Tests.Storage;

namespace Prickle.Tests.Persons;

/// <summary>Persons and groups over a real relational store (SQLite unless said otherwise) and the tests' real engine.</summary>
public sealed class PersonStore : IAsyncDisposable
{
    public static readonly Guid Node = Guid.Parse("aaaaaaaa-0000-4000-8000-000000000001");

    readonly IHost _host;
    readonly string? _folder;

    PersonStore(IHost host, string? folder) => (_host, _folder) = (host, folder);

    public FakeTimeProvider Time => (FakeTimeProvider)_host.Services.GetRequiredService<TimeProvider>();

    public ClickHouseStore ClickHouse => Get<ClickHouseStore>();

    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    public static async Task<PersonStore> StartAsync(EngineFixture engine, string? postgres = null)
    {
        var supervisor = await engine.StartedAsync();
        var database = $"test_{Guid.CreateVersion7():n}";
        var folder = MigratedFolder.New("prickle-persons-");
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Database:Url"] = postgres });
        builder.Services.AddLogging();
        builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero)));
        builder.Services.AddStorage(builder.Configuration, folder);
        builder.Services.AddSingleton(new ClickHouseStore(() =>
            new ClickHouseEndpoint(supervisor.Endpoint, supervisor.User, supervisor.Password, database, IsEmbedded: true)));
        builder.Services.AddSingleton<ActivityLog>();
        builder.Services.AddPersons();
        builder.Services.AddGroups();
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        await new SchemaMigrations(host.Services.GetRequiredService<ClickHouseStore>(), NullLogger<SchemaMigrations>.Instance)
            .ApplyAsync(SchemaMigrations.Embedded(typeof(PersonResolver).Assembly), TestContext.Current.CancellationToken);
        host.Services.GetRequiredService<PersonResolver>().UseNode(Node);
        return new PersonStore(host, folder);
    }

    /// <summary>What a replaced disk does, and what the product does about it.</summary>
    public async Task EmptyAnalyticalStoreAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        var migrations = new SchemaMigrations(ClickHouse, NullLogger<SchemaMigrations>.Instance);
        var copies = Get<IEnumerable<IAnalyticalCopies>>().ToList();
        await ClickHouse.ExecuteAsync($"DROP DATABASE {ClickHouse.Endpoint.Database} SYNC", null, stop);
        (await migrations.IsMissingAsync(stop)).ShouldBeTrue();
        await migrations.ApplyAsync(SchemaMigrations.Embedded(typeof(PersonResolver).Assembly), stop, async _ =>
        {
            foreach (var copy in copies)
            {
                await copy.ForgetAsync(stop);
            }
        });
        (await migrations.IsMissingAsync(stop)).ShouldBeFalse();
        foreach (var copy in copies)
        {
            await copy.CopyAsync(stop);
        }
    }

    /// <summary>Applies signals as one batch.</summary>
    public async Task<PersonSignal> ApplyAsync(params PersonSignal[] signals)
    {
        await Get<PersonResolver>().ResolveAsync(signals, TestContext.Current.CancellationToken);
        return signals[^1];
    }

    /// <summary>One column of the store, as text.</summary>
    public async Task<List<string>> AskAsync(string sql) =>
        await ClickHouse.ListAsync(sql, row => row.GetString(0), cancellationToken: TestContext.Current.CancellationToken);

    public ProjectGrant Grant(int projectId = 1) => new(
        new Project(projectId, 1, "Production", "phc_x", "UTC", false, null, [], Time.GetUtcNow()),
        new Actor(Guid.Parse("bbbbbbbb-0000-4000-8000-000000000001"), "owner@burrow.example"), Role.Owner);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder!, recursive: true);
    }
}
