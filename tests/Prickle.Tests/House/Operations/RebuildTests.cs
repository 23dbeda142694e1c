using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Prickle.House.Operations;
using Prickle.House.Operations.Storage;
using Prickle.Storage;
using Prickle.Tests.Accounts;
using Prickle.Tests.Engine;

namespace Prickle.Tests.House.Operations;

/// <summary>Tables that are made anew while people write to them, on two replicated nodes of 18.16.</summary>
[Collection(OldCluster.Name)]
public sealed class RebuildTests(OldCluster old, HouseHost house) : IClassFixture<HouseHost>
{
    static int _tables;

    [Fact]
    public async Task A_sorting_key_changes_while_rows_arrive_and_changes_back_and_no_row_is_lost_or_there_twice()
    {
        var (desk, table) = (await DeskAsync(), await TableAsync(rows: 3000));
        using var writing = new CancellationTokenSource();
        // From 3000 on, each number once, to both nodes by turns.
        var writer = WriteAsync(table, 3000, writing.Token);
        var id = await desk.DraftAsync("order_by", new() { ["database"] = "default", ["table"] = table, ["order_by"] = "n, k", ["asks"] = "false" });
        var planned = await desk.PlanAsync(id);
        var steps = planned.GetProperty("plan").GetProperty("steps").EnumerateArray().ToList();
        steps.Select(step => step.GetProperty("nodes").GetArrayLength()).ShouldBe([2, 1, 2, 2, 2]);
        steps[0].GetProperty("nodes")[0].GetProperty("statements")[0].ToString().ShouldContain("ORDER BY (n, k)");
        (steps[1].GetProperty("nodes")[0].GetProperty("pieces").GetInt64(), steps[1].GetProperty("nodes")[0].GetProperty("rows").GetInt64() >= 3000).ShouldBe((3, true));

        await house.Client.PostAsync($"{house.Servers}/{_server}/operations/{id}/approve", new { hash = planned.Text("hash") }).JsonAsync();
        var kept = await desk.UntilAsync(id, "keeping");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        await writing.CancelAsync();
        var count = await writer;

        count.ShouldBeGreaterThan(3000);
        await EverywhereAsync(table, count, "n, k");
        (await old.One.RunAsync($"EXISTS TABLE default.{OldName(kept)}")).ShouldBe("1");

        await desk.ActAsync(id, "roll_back");
        await desk.UntilAsync(id, "rolled_back");

        // What was written to the new table is in the old one now.
        await EverywhereAsync(table, count, "k, n");
        foreach (var node in old.Nodes)
        {
            (await node.RunAsync($"SELECT count() FROM system.tables WHERE name LIKE '{table}\\_%'")).ShouldBe("0");
        }
        (await desk.GetAsync(id)).GetProperty("broken_at").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task Another_engine_gets_the_same_parts_on_both_nodes_and_gives_them_back()
    {
        var (desk, table) = (await DeskAsync(), await TableAsync(rows: 300));
        var id = await desk.DraftAsync("engine", new() { ["database"] = "default", ["table"] = table, ["engine"] = "ReplacingMergeTree(n)", ["asks"] = "false" });
        var planned = await desk.PlanAsync(id);
        // Linked on one node; the other gets it from there.
        planned.GetProperty("plan").GetProperty("steps")[1].GetProperty("nodes").EnumerateArray().ShouldHaveSingleItem().Text("found").ShouldBe("3 partitions, no row is written");
        await desk.StartAsync(id);
        await desk.UntilAsync(id, "keeping");
        await EverywhereAsync(table, 300, "k, n");
        await EnginesAsync("ReplicatedReplacingMergeTree");

        await desk.ActAsync(id, "roll_back");
        await desk.UntilAsync(id, "rolled_back");
        await EverywhereAsync(table, 300, "k, n");
        await EnginesAsync("ReplicatedMergeTree");

        async Task EnginesAsync(string engine)
        {
            foreach (var node in old.Nodes)
            {
                (await node.RunAsync($"SELECT engine FROM system.tables WHERE database = 'default' AND name = '{table}'")).ShouldBe(engine);
            }
        }
    }

    [Fact]
    public async Task Whoever_takes_over_goes_on_from_the_partition_that_was_not_done_and_the_former_one_writes_nothing_more()
    {
        var (desk, table) = (await DeskAsync(), await TableAsync(rows: 9000, partitions: 9));
        var id = await desk.DraftAsync("order_by", new() { ["database"] = "default", ["table"] = table, ["order_by"] = "n, k", ["asks"] = "true" });
        await desk.PlanAsync(id);
        await desk.PutAsync(id, "throttle", new { pause_milliseconds = 400 });
        await desk.StartAsync(id);
        await Eventually.IsTrueAsync(async () => await CopiedAsync(desk, id) is >= 2 and < 9);
        // The product seems to be dead: its lease has run out, and another node of it takes over.
        await StealAsync(id);
        using var another = ActivatorUtilities.CreateInstance<OperationRunner>(house.Host.Services);
        await another.StartAsync(TestContext.Current.CancellationToken);

        await desk.UntilAsync(id, "paused");

        await another.StopAsync(TestContext.Current.CancellationToken);
        // Each partition was put in place once, but for the one that was on its way when the other took over.
        var events = await desk.EventsAsync(id);
        var placed = events.Where(one => one.Text("what") == "ran" && one.Text("statement").Contains("REPLACE PARTITION", StringComparison.Ordinal)).ToList();
        placed.Count.ShouldBeInRange(9, 10);
        (await CopiedAsync(desk, id)).ShouldBe(9);
        await desk.ActAsync(id, "resume");
        await desk.UntilAsync(id, "keeping");
        await EverywhereAsync(table, 9000, "n, k");
        (await desk.GetAsync(id)).GetProperty("broken_at").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task A_statement_that_outlives_the_product_is_waited_for_before_anything_else_is_sent()
    {
        // Each row takes four thousandths of a second to be written: a partition of 300 rows takes more than a second.
        var (desk, table) = (await DeskAsync(), await TableAsync(rows: 600, partitions: 2, extra: ", slow UInt8 MATERIALIZED sleepEachRow(0.004)"));
        var id = await desk.DraftAsync("order_by", new() { ["database"] = "default", ["table"] = table, ["order_by"] = "n, k", ["asks"] = "true" });
        await desk.StartAsync(id);
        string? running = null;
        await Eventually.IsTrueAsync(async () => (running = (await old.One.RunAsync("SELECT query_id FROM system.processes WHERE query LIKE 'INSERT%' AND query_id LIKE 'prickle-operation%'")).Split('\n')[0]).Length > 0);
        await StealAsync(id);
        using var another = ActivatorUtilities.CreateInstance<OperationRunner>(house.Host.Services);
        await another.StartAsync(TestContext.Current.CancellationToken);

        await desk.UntilAsync(id, "paused");

        await another.StopAsync(TestContext.Current.CancellationToken);
        await desk.ActAsync(id, "resume");
        await desk.UntilAsync(id, "keeping");
        await EverywhereAsync(table, 600, "n, k");
        running.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_node_that_is_away_stops_it_before_anything_is_done_and_a_busy_one_holds_it_up()
    {
        var (desk, table) = (await DeskAsync(), await TableAsync(rows: 300));
        var id = await desk.DraftAsync("order_by", new() { ["database"] = "default", ["table"] = table, ["order_by"] = "n", ["asks"] = "false" });
        await desk.PlanAsync(id);
        await desk.PutAsync(id, "throttle", new { slow_queries = 1, stop_queries = 1 });
        var endless = await old.Two.BeginAsync($"busy-{table}");
        await desk.StartAsync(id);

        (await desk.UntilAsync(id, "paused")).Text("detail").ShouldContain("statements at work");

        await old.Two.RunAsync($"KILL QUERY WHERE query_id = 'busy-{table}' SYNC", "admin");
        await endless;
        await desk.PutAsync(id, "throttle", new { });
        await desk.ActAsync(id, "resume");
        await desk.UntilAsync(id, "keeping");
        await EverywhereAsync(table, 300, "n");

        await old.Two.StopAsync();
        try
        {
            var other = await desk.DraftAsync(new { title = "Nothing", steps = new[] { new { kind = "gate", question = "Go?" } } });
            (await desk.PlanAsync(other)).GetProperty("plan").GetProperty("findings").ToString().ShouldContain("does not answer");
        }
        finally
        {
            await old.Two.StartAsync();
        }
    }

    Guid _server;

    async Task<OperationDesk> DeskAsync() => new(house, _server = await house.WatchAsync(old.Addresses));

    /// <summary>A replicated table of numbers from 0 on, in partitions of their own, on both nodes.</summary>
    async Task<string> TableAsync(int rows, int partitions = 3, string extra = "")
    {
        var table = string.Create(CultureInfo.InvariantCulture, $"ops{Interlocked.Increment(ref _tables)}");
        await old.EverywhereAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"CREATE TABLE default.{table} (n UInt64, k String{extra}) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{table}', '{{replica}}') PARTITION BY n % {partitions} ORDER BY (k, n)"));
        await old.One.RunAsync(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO default.{table} (n, k) SELECT number, toString(number % 10) FROM system.numbers LIMIT {rows}"));
        return table;
    }

    async Task<long> WriteAsync(string table, long next, CancellationToken cancellationToken)
    {
        for (; !cancellationToken.IsCancellationRequested; next++)
        {
            // The name is away for the blink of an eye on no version that renames in one statement: every row must be taken.
            await old.Nodes[(int)(next % 2)].RunAsync(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO default.{table} (n, k) VALUES ({next}, 'w')"));
            await Task.Delay(20, CancellationToken.None);
        }
        return next;
    }

    async Task EverywhereAsync(string table, long count, string sortedBy)
    {
        foreach (var node in old.Nodes)
        {
            await Eventually.IsTrueAsync(async () => await node.RunAsync($"SELECT count() FROM default.{table}") == $"{count}");
            (await node.RunAsync($"SELECT count(), uniqExact(n), min(n), max(n) FROM default.{table}")).ShouldBe($"{count}\t{count}\t0\t{count - 1}");
            (await node.RunAsync($"SELECT sorting_key FROM system.tables WHERE database = 'default' AND name = '{table}'")).ShouldBe(sortedBy);
        }
    }

    static string OldName(System.Text.Json.JsonElement operation) =>
        operation.GetProperty("definition").GetProperty("steps").EnumerateArray().Single(step => step.Text("kind") == "drop").Text("table");

    static async Task<long> CopiedAsync(OperationDesk desk, string id) =>
        (await desk.GetAsync(id)).GetProperty("progress").EnumerateArray().Where(one => one.GetProperty("step").GetInt32() == 1).Sum(one => one.GetProperty("done").GetInt64());

    async Task StealAsync(string id)
    {
        await using var database = await house.Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        var (operation, past) = (Guid.Parse(id), TimeProvider.System.GetUtcNow().AddMinutes(-1));
        await database.Set<OperationRow>().Where(row => row.Id == operation)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseUntil, past).SetProperty(row => row.LeaseOwner, Guid.NewGuid()), TestContext.Current.CancellationToken);
    }
}
