using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Prickle.Accounts;
using Prickle.House.Backups;
using Prickle.House.Sampling;
using Prickle.Servers;
using Prickle.Tests.Accounts;
using Prickle.Tests.Destinations;
using Prickle.Tests.Engine;
using Prickle.Tests.Events;
using Prickle.Tests.Storage;

namespace Prickle.Tests.House;

/// <summary>The product on the tests' engine, with its worker of backups at work. Its clock goes as the real one does, and can be put forward.</summary>
public sealed class BackupHost(EngineFixture engine) : IAsyncLifetime
{
    readonly string _folder = MigratedFolder.New("prickle-backups-");
    AccountsHost? _host;

    public EventStore Store { get; } = new(engine);
    public AccountsHost Host => _host!;

    /// <summary>The owner's program.</summary>
    public HttpClient Client { get; private set; } = null!;
    public OrganizationGrant Owner { get; private set; } = null!;
    public PutForward Clock { get; } = new();
    internal CollectedLog Log { get; } = new();

    public string Servers => $"/api/organizations/{Owner.OrganizationId}/house/servers";

    /// <summary>The backups of the engine.</summary>
    public string Backups => $"{Servers}/{WatchedServer.OwnId}/backups";

    public T Get<T>() where T : notnull => Host.Get<T>();

    public async ValueTask InitializeAsync()
    {
        await Store.InitializeAsync();
        _host = await StartAsync();
        var outcome = await Host.Get<Registration>().SetUpAsync(new FirstOwner(AccountsHost.OwnerEmail, AccountsHost.Password, "Burrow", "Production"), TestContext.Current.CancellationToken);
        outcome.ShouldBeOfType<Outcome<User>.Done>();
        Client = await Host.OwnerProgramAsync();
        Owner = await Host.OrganizationAsync();
    }

    /// <summary>Another process of the product on the same stores.</summary>
    public Task<AccountsHost> StartAsync() => AccountsHost.StartAsync(
        services =>
        {
            services.AddSingleton(Store.Store).AddSingleton<TimeProvider>(Clock).AddLogging(logging => logging.AddProvider(Log));
            services.Remove(services.Single(service => service.ImplementationType == typeof(HouseSampler)));
        },
        new Dictionary<string, string?> { ["House:AllowedHosts"] = "127.0.0.1", ["House:PatienceMilliseconds"] = "5000", ["RateLimits:ApiPerMinute"] = "100000", ["RateLimits:ApiPerHour"] = "100000" },
        _folder);

    /// <summary>Runs a statement on the engine.</summary>
    public async Task<string> SqlAsync(string sql) => (await engine.PostAsync("", sql)).TrimEnd('\n');

    /// <summary>A database with a table of two partitions, a thousand rows each.</summary>
    public async Task<string> DatabaseAsync()
    {
        var name = $"saved_{Guid.CreateVersion7():n}";
        await SqlAsync($"CREATE DATABASE {name}");
        await SqlAsync($"CREATE TABLE {name}.visits (id UInt64, page String, seconds Nullable(Float64), extra JSON) ENGINE = MergeTree PARTITION BY id % 2 ORDER BY id");
        await AddRowsAsync(name, 0, 2000);
        return name;
    }

    public Task AddRowsAsync(string database, int from, int count) => SqlAsync(
        $"INSERT INTO {database}.visits SELECT number, concat('page ', toString(number % 17)), if(number % 3 = 0, NULL, number / 7), concat('{{\"n\":', toString(number), '}}') FROM numbers({from}, {count})");

    /// <summary>What a table holds: rows and a hash over all of them.</summary>
    public Task<string> ContentAsync(string table) => SqlAsync($"SELECT count(), sum(cityHash64(id, page, ifNull(seconds, -1), toString(extra))) FROM {table}");

    /// <summary>Makes a plan in the product's folder; gives its id.</summary>
    public async Task<Guid> PlanAsync(string database, object? more = null, Guid? target = null)
    {
        var body = new Dictionary<string, object?>
        {
            ["name"] = $"Nightly {Guid.CreateVersion7():n}",
            ["databases"] = new[] { database },
            ["target_id"] = target ?? BackupTarget.OwnId,
            ["full_cron"] = "0 3 1 1 *",
            ["time_zone"] = "UTC",
        };
        foreach (var property in more?.GetType().GetProperties() ?? [])
        {
            body[property.Name] = property.GetValue(more);
        }
        return (await Client.PostAsync($"{Backups}/plans", body).JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetGuid();
    }

    /// <summary>Makes a backup, and waits until it is over.</summary>
    public async Task<JsonElement> RunAsync(Guid plan, string kind = "full")
    {
        var made = await Client.PostAsync($"{Backups}/plans/{plan}/run", new { kind }).JsonAsync(HttpStatusCode.Accepted);
        return await OverAsync(made.GetProperty("id").GetGuid());
    }

    public async Task<JsonElement> OverAsync(Guid backup)
    {
        JsonElement found = default;
        await Eventually.IsTrueAsync(async () =>
        {
            found = (await GetAsync($"{Backups}/{backup}")).GetProperty("backup");
            return found.Text("state") is not ("waiting" or "reading" or "asking" or "running");
        });
        return found;
    }

    /// <summary>Restores or tries a backup, and waits until that is over.</summary>
    public async Task<JsonElement> JobAsync(JsonElement backup, string what, object? body = null)
    {
        var made = await Client.PostAsync($"{Backups}/{backup.Text("id")}/{what}", body ?? new { }).JsonAsync(HttpStatusCode.Accepted);
        JsonElement found = default;
        await Eventually.IsTrueAsync(async () =>
        {
            found = await GetAsync($"{Backups}/jobs/{made.Text("id")}");
            return found.Text("state") is "good" or "failed";
        });
        return found;
    }

    /// <summary>Where the files of a backup are.</summary>
    public async Task<string> FolderOfAsync(JsonElement backup) =>
        Path.Combine(await SqlAsync("SELECT path FROM system.disks WHERE name = 'default' FORMAT TabSeparatedRaw"), "backups", backup.Text("path"));

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Client.FetchAsync(path);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, response.StatusCode == HttpStatusCode.InternalServerError ? Log.Text[^Math.Min(Log.Text.Length, 3000)..] : text);
        return JsonElement.Parse(text);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
        await Store.DisposeAsync();
    }
}

/// <summary>The real clock, put forward.</summary>
public sealed class PutForward : TimeProvider
{
    long _ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    public void By(TimeSpan span) => Interlocked.Add(ref _ahead, span.Ticks);

    public override string ToString() => GetUtcNow().ToString("u", CultureInfo.InvariantCulture);
}
