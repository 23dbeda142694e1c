using Prickle.House;
using Prickle.House.Sampling;
using Prickle.Tests.Accounts;
using Prickle.Tests.Engine;

namespace Prickle.Tests.House;

/// <summary>Rates out of counters: of what was between two readings, and of nothing else.</summary>
public sealed class NodeSamplesTests
{
    static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    readonly NodeSamples _samples = new(Guid.Empty, "n1");

    [Fact]
    public void A_counter_is_a_rate_of_the_time_between_two_readings()
    {
        Take(100, queries: 1000).ShouldBeEmpty();

        // 300 more in fifteen seconds.
        Take(115, queries: 1300).ShouldBe([("queries", 20)]);
    }

    [Fact]
    public void A_gauge_is_kept_as_it_is_from_the_first_reading_on() =>
        _samples.Take([new("metrics", "Query", 7), Uptime(100)], Noon).Select(sample => (sample.Metric, sample.Value)).ShouldBe([("running", 7)]);

    [Fact]
    public void A_restart_gives_no_negative_rate()
    {
        Take(5000, queries: 90_000);

        Take(10, queries: 50).ShouldBeEmpty();
        Take(25, queries: 80).ShouldBe([("queries", 2)]);
    }

    [Fact]
    public void A_counter_that_was_not_there_began_at_zero()
    {
        _samples.Take([Uptime(100)], Noon);
        _samples.Take([Uptime(115), new("events", "FailedQuery", 3)], Noon.AddSeconds(15)).Select(sample => (sample.Metric, sample.Value)).ShouldBe([("failed", 0.2)]);
    }

    [Fact]
    public void Nothing_is_said_of_a_time_nobody_looked()
    {
        _samples.Take([new("events", "Query", 10), Uptime(100)], Noon);

        _samples.Take([new("events", "Query", 4000), Uptime(700)], Noon.AddMinutes(10)).ShouldBeEmpty();
    }

    static Reading Uptime(double seconds) => new(SampleQuery.Uptime, SampleQuery.Uptime, seconds);

    DateTimeOffset _now = Noon;

    List<(string, double)> Take(double uptime, double queries)
    {
        var taken = _samples.Take([new("events", "Query", queries), Uptime(uptime)], _now);
        _now += TimeSpan.FromSeconds(15);
        return [.. taken.Select(sample => (sample.Metric, sample.Value))];
    }
}

/// <summary>What is read off 18.16 and the engine, kept and given back.</summary>
[Collection(OldCluster.Name)]
public sealed class SamplingTests(OldCluster old, HouseHost house) : IClassFixture<HouseHost>
{
    [Fact]
    public async Task Both_nodes_of_the_old_cluster_are_read_and_kept()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var server = await house.ServerAsync(await house.WatchAsync(old.Addresses));
        var memory = new SampleMemory(TimeProvider.System);
        var history = new SampleHistory(house.Store.Store, memory, TimeProvider.System);
        var sampler = new HouseSampler(
            house.Get<Prickle.Servers.ServerDirectory>(), house.Get<Prickle.Servers.Fleet>(), house.Store.Store, memory, house.Get<Prickle.House.Alerts.AlertRounds>(), house.Get<Prickle.House.Backups.BackupAge>(), null!, TimeProvider.System,
            house.Get<Microsoft.Extensions.Logging.ILogger<HouseSampler>>());
        var begun = DateTimeOffset.UtcNow;

        await sampler.RoundAsync(cancellation);
        await old.One.RunAsync("SELECT 1");
        await Task.Delay(TimeSpan.FromSeconds(1.1), cancellation);
        await sampler.RoundAsync(cancellation);
        await sampler.StoreAsync(cancellation);
        house.Log.Text.ShouldNotContain("samples were not kept");

        // From the table alone: another process that did not read them.
        var stored = await new SampleHistory(house.Store.Store, new SampleMemory(TimeProvider.System), TimeProvider.System)
            .ReadAsync(server.Id, ["running", "memory", "queries"], begun.AddMinutes(-2), TimeSpan.FromMinutes(10), cancellation);
        stored.Where(point => point.Metric == "running").Select(point => point.Node).Distinct().Count().ShouldBe(2);
        stored.Where(point => point.Metric == "memory").ShouldAllBe(point => point.Average >= 0);
        // Between the rounds the first node was asked at least once more than nothing.
        stored.ShouldContain(point => point.Metric == "queries" && point.Average > 0);
        // The engine is watched without being asked for.
        (await history.ReadAsync(Prickle.Servers.WatchedServer.OwnId, ["memory"], begun.AddMinutes(-2), TimeSpan.FromMinutes(10), cancellation)).ShouldNotBeEmpty();
        var overview = await house.GetAsync($"{house.Servers}/{server.Id}/overview?range=1h");
        overview.GetProperty("metrics").EnumerateArray().Select(metric => metric.Text("key")).ShouldContain("replica_delay");
    }

    [Fact]
    public async Task A_mutation_that_fails_is_counted_though_18_16_does_not_tell_it()
    {
        var table = $"stuck_{Guid.CreateVersion7():n}";
        await old.One.RunAsync($"CREATE TABLE default.{table} (id UInt64, text String) ENGINE = MergeTree ORDER BY id");
        await old.One.RunAsync($"INSERT INTO default.{table} VALUES (1, 'not a number')");
        await old.One.RunAsync("SYSTEM FLUSH LOGS", "admin");
        // Another user than that of the other tests: what the node has is looked at anew, its log of parts among it.
        var server = await house.ServerAsync(await house.WatchAsync(old.Addresses.Take(1), "admin"));
        var fleet = house.Get<Prickle.Servers.Fleet>();
        await old.One.RunAsync($"ALTER TABLE default.{table} DELETE WHERE toUInt64(text) = 7");
        try
        {
            await Eventually.IsTrueAsync(async () => await SampleAsync("failed_mutations") == 1);
            (await SampleAsync("stuck_queue")).ShouldBe(0);
        }
        finally
        {
            await old.One.RunAsync($"DROP TABLE default.{table}");
        }
        await Eventually.IsTrueAsync(async () => await SampleAsync("failed_mutations") == 0);

        async Task<double?> SampleAsync(string metric)
        {
            var answer = await fleet.AskAsync(server, SampleQuery.Question, cancellationToken: TestContext.Current.CancellationToken);
            answer.Failures.ShouldBeEmpty();
            return new NodeSamples(server.Id, "n1").Take([.. answer.Items.Select(item => item.Item)], DateTimeOffset.UtcNow).FirstOrDefault(sample => sample.Metric == metric)?.Value;
        }
    }

    [Fact]
    public async Task Queries_are_counted_out_of_the_servers_log_and_ours_are_not()
    {
        var server = await house.WatchAsync(old.Addresses.Take(1));
        await old.One.RunAsync("SELECT 'counted'");
        await old.One.TryAsync("SELECT no_such_column_here");
        await old.One.RunAsync("SYSTEM FLUSH LOGS");

        // The log is there from its first line on, and looked for again after ten seconds.
        await Eventually.IsTrueAsync(async () =>
        {
            var rows = (await house.GetAsync($"{house.Servers}/{server}/query_counts?range=1h")).GetProperty("results").EnumerateArray().Select(row => row.GetProperty("row")).ToList();
            var others = await CountAsync("query_id NOT LIKE 'prickle-house-%'");
            return others >= 1 && rows.Sum(row => row.GetProperty("finished").GetInt64()) == others && rows.Sum(row => row.GetProperty("failed").GetInt64()) >= 1;
        });
        (await CountAsync("query_id LIKE 'prickle-house-%'")).ShouldBeGreaterThan(0);
    }

    async Task<long> CountAsync(string condition) => long.Parse(
        await old.One.RunAsync($"SELECT count() FROM system.query_log WHERE type = 2 AND is_initial_query AND {condition}"), System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public async Task An_unknown_range_is_refused() =>
        (await house.Client.GetAsync(new Uri($"{house.Servers}/{Prickle.Servers.WatchedServer.OwnId}/overview?range=9y", UriKind.Relative), TestContext.Current.CancellationToken))
            .StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);
}
