using System.Diagnostics;
using System.Text.Json;
using Prickle.EndToEnd.Product;
using Prickle.Tests.House;

namespace Prickle.EndToEnd.Crashes;

/// <summary>kill -9 in the middle of every kind of step of an operation, there and back, on two replicated nodes of 18.16: everything is done once.</summary>
[Collection(CrashCollection.Name)]
public sealed class OperationKillTests(OldCluster old) : IClassFixture<OldCluster>
{
    const int Rows = 3000;

    // A server goes on with a statement whose caller is gone: each row of this one takes its time, so that it outlives the product.
    const string Marks = "SELECT toUInt64(number + sleepEachRow(0.02)) AS n FROM (SELECT number FROM system.numbers LIMIT 100)";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    static readonly string[] Kinds = ["assert", "statement", "mutation", "optimize", "backup", "create", "attach", "copy", "verify", "gate", "swap", "drop"];

    [Fact]
    public async Task Kills_in_every_kind_of_step_do_nothing_twice_and_leave_nothing_undone()
    {
        await using var running = await Running.StartAsync();
        var servers = "/api/organizations/@current/house/servers";
        var server = (await running.Api.PostAsync(servers, new
        {
            name = "Old",
            nodes = old.Addresses,
            monitor_user = "default",
            monitor_password = "",
            operator_user = "admin",
            operator_password = "admin",
        })).GetProperty("id");
        var desk = new Desk(running, $"{servers}/{server}/operations");

        // There, and to the very end.
        var done = await desk.StartAsync(await DefinitionAsync("done"));
        var killed = await desk.KillInEachStepAsync(done, () => OpenAsync("done"));
        await CheckAsync("done", "n, k", hasNew: true);
        await desk.PutAsync(done, "drop_at", new { at = DateTimeOffset.UtcNow });
        killed.UnionWith(await desk.KillInDropAsync(done));
        await EverywhereAsync("SELECT count() FROM system.tables WHERE database = 'default' AND name IN ('done_new', 'done_old')", "0");
        await CheckAsync("done", "n, k", hasNew: true);

        // There undisturbed, and all the way back.
        var undone = await desk.StartAsync(await DefinitionAsync("undone"));
        await OpenAsync("undone");
        await desk.RunAsync(undone);
        await desk.ActAsync(undone, "roll_back");
        var back = await desk.KillInEachUndoAsync(undone);
        await CheckAsync("undone", "k, n", hasNew: false);
        await EverywhereAsync("SELECT count() FROM system.tables WHERE database = 'default' AND name IN ('undone_linked', 'undone_new', 'undone_old')", "0");

        // A step that takes a blink of an eye may be over before the kill: once more, then.
        for (var more = 1; more <= 3 && !killed.IsSupersetOf(Kinds); more++)
        {
            var table = $"more{more}";
            var id = await desk.StartAsync(await DefinitionAsync(table));
            killed.UnionWith(await desk.KillInEachStepAsync(id, () => OpenAsync(table)));
            await CheckAsync(table, "n, k", hasNew: true);
            await desk.PutAsync(id, "drop_at", new { at = DateTimeOffset.UtcNow });
            killed.UnionWith(await desk.KillInDropAsync(id));
        }
        killed.ShouldBe(Kinds, ignoreOrder: true);
        back.ShouldBeGreaterThan(0, "none of the kills came while it was undone");
        foreach (var id in (string[])[done, undone])
        {
            (await desk.GetAsync(id)).GetProperty("broken_at").ValueKind.ShouldBe(JsonValueKind.Null);
        }
    }

    /// <summary>A table on both nodes, and an operation on it that has a step of every kind.</summary>
    async Task<object> DefinitionAsync(string table)
    {
        await old.EverywhereAsync($"CREATE TABLE default.{table} (n UInt64, k String) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{table}', '{{replica}}') PARTITION BY n % 3 ORDER BY (k, n)");
        await old.EverywhereAsync($"CREATE TABLE default.{table}_marks (n UInt64) ENGINE = MergeTree ORDER BY n");
        await old.EverywhereAsync($"CREATE TABLE default.{table}_go (n UInt64) ENGINE = MergeTree ORDER BY n");
        await old.One.RunAsync($"INSERT INTO default.{table} (n, k) SELECT number, toString(number % 10) FROM system.numbers LIMIT {Rows}");
        await EverywhereAsync($"SELECT count() FROM default.{table}", $"{Rows}");
        const string database = "default";
        object[] steps =
        [
            new { kind = "assert", sql = $"SELECT count() FROM default.{table}_go", timeout_seconds = 120 },
            new
            {
                kind = "statement", sql = $"INSERT INTO default.{table}_marks (n) {Marks}", done_when = $"SELECT count() >= 100 FROM default.{table}_marks",
                undo = $"TRUNCATE TABLE default.{table}_marks",
            },
            new
            {
                kind = "statement", sql = $"ALTER TABLE default.{table} ADD COLUMN twice UInt64", nodes = "one_per_shard", database, table, waits = true,
                done_when = $"SELECT count() FROM system.columns WHERE database = 'default' AND table = '{table}' AND name = 'twice'",
                undo = $"ALTER TABLE default.{table} DROP COLUMN twice",
            },
            new { kind = "mutation", database, table, command = "UPDATE twice = n * 2 WHERE 1", needs_no_undo = true },
            new { kind = "optimize", database, table },
            new { kind = "backup", database, tables = new[] { table } },
            new { kind = "create", database, like = table, name = $"{table}_linked" },
            new { kind = "attach", database, from = table, to = $"{table}_linked" },
            new { kind = "create", database, like = table, name = $"{table}_new", order_by = "n, k" },
            new { kind = "copy", database, from = table, to = $"{table}_new" },
            new { kind = "verify", database, from = table, to = $"{table}_new" },
            new { kind = "gate", question = "Go?" },
            new { kind = "swap", database, table, next = $"{table}_new", kept = $"{table}_old" },
            new { kind = "drop", database, table = $"{table}_old", after_days = 3 },
        ];
        return new { title = $"Everything on {table}", steps };
    }

    /// <summary>What the first step waits for.</summary>
    Task OpenAsync(string table) => old.EverywhereAsync($"INSERT INTO default.{table}_go VALUES (1)");

    /// <summary>No row is missing, there twice, or half changed; and what was written once is there once.</summary>
    async Task CheckAsync(string table, string sortedBy, bool hasNew)
    {
        await EverywhereAsync($"SELECT count(), uniqExact(n), sum(n) FROM default.{table}", $"{Rows}\t{Rows}\t{Rows * (Rows - 1) / 2}");
        await EverywhereAsync($"SELECT sorting_key FROM system.tables WHERE database = 'default' AND name = '{table}'", sortedBy);
        await EverywhereAsync($"SELECT count() FROM default.{table}_marks", hasNew ? "100" : "0");
        await EverywhereAsync($"SELECT count() FROM system.columns WHERE database = 'default' AND table = '{table}' AND name = 'twice'", hasNew ? "1" : "0");
        if (hasNew)
        {
            await EverywhereAsync($"SELECT count(), uniqExact(n), sum(n) FROM default.{table}_linked", $"{Rows}\t{Rows}\t{Rows * (Rows - 1) / 2}");
            await EverywhereAsync($"SELECT countIf(twice != n * 2) FROM default.{table}", "0");
        }
    }

    async Task EverywhereAsync(string sql, string expected)
    {
        foreach (var node in old.Nodes)
        {
            string? found = null;
            await Eventually.HoldsAsync($"{sql} on {node.Name}", async () => (found = await node.RunAsync(sql)) == expected, seen: () => Task.FromResult($"It gives {found}."));
        }
    }

    /// <summary>Starts operations, and kills the product in the middle of them.</summary>
    sealed class Desk(Running running, string path)
    {
        public async Task<string> StartAsync(object definition)
        {
            var id = (await running.Api.PostAsync(path, definition)).GetProperty("id").GetString()!;
            var planned = await ActAsync(id, "plan");
            planned.GetProperty("state").GetString().ShouldBe("planned", planned.ToString());
            // A pause before each piece of work: there is a middle to be in.
            await PutAsync(id, "throttle", new { pause_milliseconds = 200 });
            await ActAsync(id, "approve", new { hash = planned.GetProperty("hash").GetString() });
            return id;
        }

        public Task<JsonElement> GetAsync(string id) => running.Api.GetAsync($"{path}/{id}");

        public Task<JsonElement> ActAsync(string id, string action, object? body = null) => running.Api.SendAsync($"{path}/{id}/{action}", body);

        public Task<JsonElement> PutAsync(string id, string what, object body) => running.Api.PutAsync($"{path}/{id}/{what}", body);

        /// <summary>Kills it once in each step that it is seen in, until only the old table is kept; gives the kinds of those that had begun and were not done.</summary>
        /// <param name="open">Is called after the first.</param>
        public async Task<HashSet<string>> KillInEachStepAsync(string id, Func<Task> open)
        {
            var interrupted = new HashSet<string>();
            for (var last = -1; ;)
            {
                var seen = await UntilAsync(id, one => StateOf(one) == "keeping" || (StepOf(one) > last && HasBegun(one, StepOf(one))) || StateOf(one) == "paused");
                if (StateOf(seen) == "keeping")
                {
                    return interrupted;
                }
                var step = StepOf(seen);
                if (step > last)
                {
                    await KillAsync();
                    var after = await GetAsync(id);
                    if (StepOf(after) == step)
                    {
                        interrupted.Add(KindOf(after, step));
                    }
                    if (last == -1)
                    {
                        await open();
                    }
                    last = step;
                }
                else
                {
                    await ActAsync(id, "resume");
                    await UntilAsync(id, one => StateOf(one) != "paused");
                }
            }
        }

        /// <summary>Lets it run until only the old table is kept; says go where it asks.</summary>
        public async Task RunAsync(string id)
        {
            await UntilAsync(id, one => StateOf(one) == "paused");
            await ActAsync(id, "resume");
            await UntilAsync(id, one => StateOf(one) == "keeping");
        }

        public async Task<List<string>> KillInDropAsync(string id)
        {
            await UntilAsync(id, one => StateOf(one) != "keeping" || HasBegun(one, StepOf(one)));
            await KillAsync();
            var isOnTheWay = StateOf(await GetAsync(id)) == "keeping";
            await UntilAsync(id, one => StateOf(one) == "succeeded");
            return isOnTheWay ? ["drop"] : [];
        }

        /// <summary>Kills it whenever it has come to another step on the way back; gives how often it was on its way then.</summary>
        public async Task<int> KillInEachUndoAsync(string id)
        {
            var kills = 0;
            for (var last = int.MaxValue; ;)
            {
                var seen = await UntilAsync(id, one => StateOf(one) == "rolled_back" || StepOf(one) < last);
                if (StateOf(seen) == "rolled_back")
                {
                    return kills;
                }
                await KillAsync();
                last = StepOf(seen);
                kills += StateOf(await GetAsync(id)) == "rolling_back" ? 1 : 0;
            }
        }

        async Task KillAsync()
        {
            running.Process.KillApplication();
            await running.Process.WaitForExitAsync();
            await running.Process.StartAndWaitAsync();
        }

        // Without a pause: the moment that is waited for is short.
        async Task<JsonElement> UntilAsync(string id, Func<JsonElement, bool> isSo)
        {
            for (var waited = Stopwatch.StartNew(); ;)
            {
                var seen = await GetAsync(id);
                if (isSo(seen))
                {
                    return seen;
                }
                if (waited.Elapsed > Patience || StateOf(seen) is "failed" or "rollback_failed")
                {
                    throw new TimeoutException($"{StateOf(seen)} at {StepOf(seen)}: {seen.GetProperty("detail")} {seen.GetProperty("progress")}\n{running.Process.Log}");
                }
            }
        }

        static string StateOf(JsonElement operation) => operation.GetProperty("state").GetString()!;

        static int StepOf(JsonElement operation) => operation.GetProperty("step").GetInt32();

        static bool HasBegun(JsonElement operation, int step) => operation.GetProperty("progress").EnumerateArray().Any(one => one.GetProperty("step").GetInt32() == step);

        static string KindOf(JsonElement operation, int step) => operation.GetProperty("definition").GetProperty("steps")[step].GetProperty("kind").GetString()!;
    }
}
