using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Prickle.House.Health;
using Prickle.House.Sampling;
using Prickle.Tests.Accounts;
using Prickle.Tests.Engine;

namespace Prickle.Tests.House;

/// <summary>What a cluster does over its Keeper: statements for all nodes, the tree itself, and what becomes of it all without one.</summary>
[Collection(OldCluster.Name)]
public sealed class KeeperTests(OldCluster old, HouseHost house) : IClassFixture<HouseHost>
{
    [Fact]
    public async Task A_statement_for_the_cluster_is_done_by_one_of_two_while_a_node_is_down_and_by_both_when_it_is_back()
    {
        var table = $"clustered_{Guid.CreateVersion7():n}";
        var server = await house.WatchAsync(old.Addresses);
        await old.Two.StopAsync();
        // Waits for the second node.
        var running = old.One.TryAsync($"CREATE TABLE default.{table} ON CLUSTER two_replicas (id UInt64) ENGINE = MergeTree ORDER BY id");
        try
        {
            await Eventually.IsTrueAsync(async () => (await StatesAsync()).SequenceEqual([(old.One.TcpPort, "Finished", "1 of 2"), (old.Two.TcpPort, "Waiting", "1 of 2")]));
        }
        finally
        {
            await old.Two.StartAsync();
        }
        await Eventually.IsTrueAsync(async () => (await StatesAsync()).SequenceEqual([(old.One.TcpPort, "Finished", "2 of 2"), (old.Two.TcpPort, "Finished", "2 of 2")]));
        (await running).Status.ShouldBe(HttpStatusCode.OK);
        (await old.Two.RunAsync($"EXISTS TABLE default.{table}")).ShouldBe("1");

        async Task<List<(int Port, string State, string Done)>> StatesAsync() =>
            [.. (await RowsAsync($"{house.Servers}/{server}/health/ddl_queue")).Where(row => row.Text("query").Contains(table, StringComparison.Ordinal))
                .Select(row => (int.Parse(row.Text("host").Split(':')[1], System.Globalization.CultureInfo.InvariantCulture), row.Text("status"), row.Text("done")))
                .OrderBy(row => row.Item1 == old.Two.TcpPort)];
    }

    [Fact]
    public async Task A_statement_that_a_node_could_not_carry_out_is_shown_with_the_reason()
    {
        var table = $"missing_{Guid.CreateVersion7():n}";
        var server = await house.WatchAsync(old.Addresses);
        await old.One.TryAsync($"DROP TABLE default.{table} ON CLUSTER two_replicas");

        var rows = (await RowsAsync($"{house.Servers}/{server}/health/ddl_queue")).Where(row => row.Text("query").Contains(table, StringComparison.Ordinal)).ToList();
        rows.Count.ShouldBe(2);
        rows.ShouldAllBe(row => row.Text("exception").Contains(table, StringComparison.Ordinal) && row.Text("exception").StartsWith("60", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_tree_is_walked_a_level_at_a_time()
    {
        await old.One.RunAsync("CREATE TABLE IF NOT EXISTS default.walked ON CLUSTER two_replicas (id UInt64) ENGINE = MergeTree ORDER BY id");
        var keeper = $"{house.Servers}/{await house.WatchAsync(old.Addresses)}/keeper";

        (await RowsAsync(keeper)).Select(row => row.Text("name")).ShouldContain("clickhouse");
        (await RowsAsync($"{keeper}?path=/clickhouse")).Select(row => row.Text("path")).ShouldContain("/clickhouse/task_queue");
        var entry = (await RowsAsync($"{keeper}?path=/clickhouse/task_queue/ddl&node={old.Two.Address.Authority}")).Last(row => row.Text("value").Contains("walked", StringComparison.Ordinal));
        entry.Text("value").ShouldContain("CREATE TABLE IF NOT EXISTS default.walked");
        (entry.GetProperty("children").GetInt64(), entry.GetProperty("bytes").GetInt64() > 50).ShouldBe((2, true));
        entry.GetProperty("created_at").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddHours(-1));
    }

    [Theory]
    [InlineData("/clickhouse' OR path = '/zookeeper")]
    [InlineData("/it's \\ a ` \" path")]
    [InlineData("/two\nlines\tand a tab")]
    public async Task A_path_is_a_value_whatever_it_holds(string path)
    {
        var answer = await house.GetAsync($"{house.Servers}/{await house.WatchAsync(old.Addresses)}/keeper?path={Uri.EscapeDataString(path)}");

        // Keeper has no such node, and says so or shows nothing.
        answer.GetProperty("results").GetArrayLength().ShouldBe(0);
        answer.Nodes("failed").ShouldAllBe(node => node.Text("detail").Contains("node", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("clickhouse")]
    [InlineData("/clickhouse/")]
    [InlineData("/a//b")]
    public async Task What_is_no_path_is_refused(string path) =>
        (await house.Client.FetchAsync($"{house.Servers}/{await house.WatchAsync(old.Addresses)}/keeper?path={Uri.EscapeDataString(path)}").JsonAsync(HttpStatusCode.BadRequest)).Text("attr").ShouldBe("path");

    [Fact]
    public void A_path_is_shown_with_what_is_above_it() =>
        KeeperPath.Steps("/clickhouse/task_queue").ShouldBe([("Keeper", "/"), ("clickhouse", "/clickhouse"), ("task_queue", "/clickhouse/task_queue")]);

    [Fact]
    public async Task Without_Keeper_the_replicas_only_read_and_the_alert_rings_within_half_a_minute()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var table = $"orphan_{Guid.CreateVersion7():n}";
        await old.EverywhereAsync($"CREATE TABLE default.{table} (id UInt64) ENGINE = ReplicatedMergeTree('/tables/{table}', '{{replica}}') ORDER BY id");
        var server = await house.WatchAsync(old.Addresses);
        var alerts = $"{house.Servers}/{server}/alerts";
        await house.Client.PostAsync(alerts, new { metric = "readonly_replicas", line = 0, samples = 2 }).JsonAsync(HttpStatusCode.Created);
        var sampler = new HouseSampler(
            house.Get<Prickle.Servers.ServerDirectory>(), house.Get<Prickle.Servers.Fleet>(), house.Store.Store, new SampleMemory(TimeProvider.System), house.Get<Prickle.House.Alerts.AlertRounds>(),
            house.Get<Prickle.House.Backups.BackupAge>(), null!, TimeProvider.System, house.Get<Microsoft.Extensions.Logging.ILogger<HouseSampler>>());
        await sampler.RoundAsync(cancellation);
        (await HappenedAsync()).ShouldBeEmpty();

        await old.ZooKeeper.StopAsync();
        try
        {
            var begun = Stopwatch.GetTimestamp();
            using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
            await Eventually.IsTrueAsync(async () =>
            {
                await second.WaitForNextTickAsync(cancellation);
                await sampler.RoundAsync(cancellation);
                return (await HappenedAsync()).Count(happened => happened == "raised") == 2;
            });
            Stopwatch.GetElapsedTime(begun).ShouldBeLessThan(TimeSpan.FromSeconds(30));
        }
        finally
        {
            await old.ZooKeeper.StartAsync();
        }
        foreach (var node in old.Nodes)
        {
            await Eventually.IsTrueAsync(async () => await node.RunAsync("SELECT count() FROM system.replicas WHERE is_readonly") == "0");
        }

        async Task<List<string>> HappenedAsync() => [.. (await house.GetAsync($"{alerts}/history")).GetProperty("results").EnumerateArray().Select(entry => entry.Text("happening"))];
    }

    async Task<List<JsonElement>> RowsAsync(string path) => [.. (await house.GetAsync(path)).GetProperty("results").EnumerateArray().Select(row => row.GetProperty("row"))];
}
