using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.House.Operations;
using Prickle.House.Operations.Running;
using Prickle.House.Operations.Storage;
using Prickle.Servers;
using Prickle.Storage;
using Prickle.Tests.Accounts;
using Prickle.Tests.Engine;

namespace Prickle.Tests.House.Operations;

/// <summary>Operations on the product's own engine and on 18.16: what they do, refuse, undo and write down.</summary>
[Collection(OldCluster.Name)]
public sealed class OperationTests(OldCluster old, HouseHost house) : IClassFixture<HouseHost>
{
    static int _tables;

    [Fact]
    public async Task A_table_gets_other_partitions_and_another_engine()
    {
        foreach (var (desk, node) in await DesksAsync())
        {
            var table = await TableAsync(node, "PARTITION BY n % 10 ORDER BY n", 1000);
            var id = await desk.DraftAsync("partition_by", Fields(table, ("partition_by", "intDiv(n, 500)"), ("asks", "false")));
            await desk.StartAsync(id);
            await desk.UntilAsync(id, "keeping");
            (await node($"SELECT countDistinct(partition) FROM system.parts WHERE active AND database = currentDatabase() AND table = '{table}'".Replace("currentDatabase()", "'default'", StringComparison.Ordinal))).ShouldBe("2");
            (await node($"SELECT count(), sum(n) FROM default.{table}")).ShouldBe("1000\t499500");

            var other = await desk.DraftAsync("engine", Fields(table, ("engine", "ReplacingMergeTree(n)"), ("asks", "false"), ("keep_days", "0")));
            var planned = await desk.PlanAsync(other);
            planned.GetProperty("plan").GetProperty("is_destructive").GetBoolean().ShouldBeTrue("what is kept for no day cannot come back");
            await desk.StartAsync(other);
            await desk.UntilAsync(other, "succeeded");
            (await node($"SELECT engine FROM system.tables WHERE database = 'default' AND name = '{table}'")).ShouldBe("ReplacingMergeTree");
            (await node($"SELECT count(), sum(n) FROM default.{table}")).ShouldBe("1000\t499500");
        }
    }

    [Fact]
    public async Task A_column_is_materialised_for_old_rows_and_taken_back()
    {
        foreach (var (desk, node) in await DesksAsync())
        {
            var table = await TableAsync(node, "ORDER BY n", 500);
            var id = await desk.DraftAsync("materialize", Fields(table, ("column", "double"), ("type", "UInt64"), ("expression", "n * 2")));
            (await desk.PlanAsync(id)).GetProperty("plan").GetProperty("steps")[1].GetProperty("nodes")[0].GetProperty("rows").GetInt64().ShouldBe(500);
            await desk.StartAsync(id);
            await desk.UntilAsync(id, "succeeded");
            (await node($"SELECT sum(double) FROM default.{table}")).ShouldBe("249500");

            // Once more, and undone at a gate.
            var again = await desk.DraftAsync(new
            {
                title = "Add and think again",
                steps = new object[]
                {
                    new { kind = "statement", sql = $"ALTER TABLE default.{table} ADD COLUMN thrice UInt64 DEFAULT n * 3", done_when = $"SELECT count() FROM system.columns WHERE database = 'default' AND table = '{table}' AND name = 'thrice'", undo = $"ALTER TABLE default.{table} DROP COLUMN thrice" },
                    new { kind = "gate", question = "Is it right?" },
                },
            });
            await desk.StartAsync(again);
            (await desk.UntilAsync(again, "paused")).Text("gate").ShouldBe("Is it right?");
            (await node($"SELECT sum(thrice) FROM default.{table}")).ShouldBe("374250");
            await desk.ActAsync(again, "roll_back");
            await desk.UntilAsync(again, "rolled_back");
            (await node($"SELECT count() FROM system.columns WHERE database = 'default' AND table = '{table}' AND name = 'thrice'")).ShouldBe("0");
        }
    }

    [Fact]
    public async Task A_column_changes_its_type()
    {
        foreach (var (desk, node) in await DesksAsync())
        {
            var table = await TableAsync(node, "ORDER BY n", 100);
            var id = await desk.DraftAsync("column", Fields(table, ("column", "k"), ("type", "FixedString(4)")));
            await desk.StartAsync(id);
            await desk.UntilAsync(id, "succeeded");
            (await node($"SELECT toTypeName(k) FROM default.{table} LIMIT 1")).ShouldBe("FixedString(4)");
        }
        var (own, engine) = (await DesksAsync())[0];
        var coded = await TableAsync(engine, "ORDER BY n", 100);
        var codec = await own.DraftAsync("column", Fields(coded, ("column", "k"), ("codec", "ZSTD(3)")));
        await own.StartAsync(codec);
        await own.UntilAsync(codec, "succeeded");
        (await engine($"SELECT compression_codec FROM system.columns WHERE database = 'default' AND table = '{coded}' AND name = 'k'")).ShouldBe("CODEC(ZSTD(3))");
        // A key's type is not changed in place, and is refused before anything is written.
        (await house.Client.PostAsync($"{house.Servers}/{WatchedServer.OwnId}/operations/templates/column", Fields(coded, ("column", "n"), ("type", "UInt32"))).JsonAsync(HttpStatusCode.BadRequest))
            .Text("detail").ShouldContain("sorting key");
    }

    [Fact]
    public async Task What_is_deleted_of_a_project_is_kept_aside_and_comes_back()
    {
        foreach (var (desk, node) in await DesksAsync())
        {
            var (one, two) = (await TableAsync(node, "PARTITION BY n % 3 ORDER BY n", 300), await TableAsync(node, "ORDER BY n", 300));
            var id = await desk.DraftAsync("delete_project", new() { ["database"] = "default", ["column"] = "k", ["value"] = "7", ["tables"] = $"{one}, {two}" });
            await desk.StartAsync(id);
            await desk.UntilAsync(id, "keeping");
            foreach (var table in (string[])[one, two])
            {
                // Of ten values one: thirty of three hundred rows.
                (await node($"SELECT count(), countIf(k = '7') FROM default.{table}")).ShouldBe("270\t0");
            }
            await desk.ActAsync(id, "roll_back");
            await desk.UntilAsync(id, "rolled_back");
            foreach (var table in (string[])[one, two])
            {
                (await node($"SELECT count(), countIf(k = '7'), sum(n) FROM default.{table}")).ShouldBe("300\t30\t44850");
                (await node($"SELECT count() FROM system.tables WHERE name LIKE '{table}\\_deleted%'")).ShouldBe("0");
            }
        }
    }

    [Fact]
    public async Task A_step_that_fails_undoes_those_before_where_that_is_wanted()
    {
        foreach (var (desk, node) in await DesksAsync())
        {
            var table = Name();
            var id = await desk.DraftAsync(new
            {
                title = "Half a thing",
                on_failure = "roll_back",
                steps = new object[]
                {
                    new { kind = "statement", sql = $"CREATE TABLE default.{table} (n UInt8) ENGINE = Memory", done_when = $"SELECT count() FROM system.tables WHERE database = 'default' AND name = '{table}'", undo = $"DROP TABLE default.{table}" },
                    new { kind = "statement", sql = $"ALTER TABLE default.{table} DROP COLUMN nothing", done_when = "SELECT 0", undo = "SELECT 1" },
                },
            });
            await desk.StartAsync(id);
            (await desk.UntilAsync(id, "rolled_back")).Text("detail").ShouldContain("nothing");
            (await node($"EXISTS TABLE default.{table}")).ShouldBe("0");
        }
    }

    [Fact]
    public async Task What_takes_rows_away_is_approved_by_somebody_else_where_there_is_one()
    {
        var (desk, node) = (await DesksAsync())[0];
        var table = await TableAsync(node, "ORDER BY n", 10);
        var id = await desk.DraftAsync(new { title = "Away with it", steps = new[] { new { kind = "mutation", database = "default", table, command = "DELETE WHERE n < 5" } } });
        var planned = await desk.PlanAsync(id);
        planned.GetProperty("plan").GetProperty("is_destructive").GetBoolean().ShouldBeTrue();
        var path = $"{house.Servers}/{WatchedServer.OwnId}/operations/{id}";
        (await house.Client.PostAsync($"{path}/approve", new { hash = "another" })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var joined = await house.Host.JoinAsync(Role.Admin, $"second{table}@burrow.example");
        using var second = await house.Host.ProgramAsync($"second{table}@burrow.example", "*");
        await house.Host.JoinAsync(Role.Member, $"looker{table}@burrow.example");
        using var looker = await house.Host.ProgramAsync($"looker{table}@burrow.example", "*");

        (await house.Client.PostAsync($"{path}/approve", new { hash = planned.Text("hash") })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await looker.PostAsync($"{path}/approve", new { hash = planned.Text("hash") })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await looker.FetchAsync(path).JsonAsync()).Text("state").ShouldBe("planned");
        await second.PostAsync($"{path}/approve", new { hash = planned.Text("hash") }).JsonAsync();

        await desk.UntilAsync(id, "succeeded");
        (await node($"SELECT count() FROM default.{table}")).ShouldBe("5");
        // A mutation that nothing takes back is said to be one.
        (await house.Client.PostAsync($"{path}/roll_back", new { })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        // Where the author is the only admin again, nobody else could.
        (await house.Get<Members>().RemoveAsync(house.Owner, joined.UserId, TestContext.Current.CancellationToken)).ShouldBeOfType<Outcome<Member>.Done>();
    }

    [Fact]
    public async Task Two_operations_are_not_in_the_middle_of_one_table_and_what_has_begun_is_not_given_up()
    {
        var (desk, node) = (await DesksAsync())[0];
        var table = await TableAsync(node, "ORDER BY n", 10);
        await node($"CREATE MATERIALIZED VIEW default.{table}_view ENGINE = MergeTree ORDER BY n AS SELECT n FROM default.{table}");
        var first = await desk.DraftAsync("order_by", Fields(table, ("order_by", "k, n"), ("asks", "true")));
        (await desk.PlanAsync(first)).GetProperty("plan").GetProperty("findings").ToString().ShouldContain($"{table}_view");
        await desk.StartAsync(first);
        await desk.UntilAsync(first, "paused");

        var second = await desk.DraftAsync("engine", Fields(table, ("engine", "ReplacingMergeTree()")));
        var planned = await desk.PlanAsync(second);
        planned.GetProperty("plan").GetProperty("findings").ToString().ShouldContain("finish or undo it first");
        (await house.Client.PostAsync($"{house.Servers}/{WatchedServer.OwnId}/operations/{second}/approve", new { hash = planned.Text("hash") })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await house.Client.PostAsync($"{house.Servers}/{WatchedServer.OwnId}/operations/{first}/cancel", new { })).StatusCode.ShouldBe(HttpStatusCode.Conflict);

        await desk.ActAsync(first, "roll_back");
        await desk.UntilAsync(first, "rolled_back");
        (await desk.PlanAsync(second)).GetProperty("plan").GetProperty("findings").ToString().ShouldNotContain("finish or undo");
        (await desk.ActAsync(second, "cancel")).Text("state").ShouldBe("cancelled");
    }

    [Fact]
    public async Task What_was_written_down_cannot_be_changed_unseen()
    {
        var (desk, _) = (await DesksAsync())[0];
        var id = await desk.DraftAsync(new { title = "Look", steps = new[] { new { kind = "assert", sql = "SELECT 1", timeout_seconds = 1 } } });
        await desk.StartAsync(id);
        await desk.UntilAsync(id, "succeeded");
        (await desk.EventsAsync(id)).Select(one => one.Text("what")).ShouldBe(["succeeded", "did", "began", "approved", "planned", "drafted"]);
        (await desk.GetAsync(id)).GetProperty("broken_at").ValueKind.ShouldBe(JsonValueKind.Null);

        await using var database = await house.Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        var operation = Guid.Parse(id);
        await database.Set<OperationEventRow>().Where(row => row.OperationId == operation && row.What == "approved")
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Actor, "somebody@burrow.example"), TestContext.Current.CancellationToken);

        (await desk.GetAsync(id)).GetProperty("broken_at").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task An_assertion_that_does_not_come_true_fails_and_a_failed_operation_goes_on_when_it_does()
    {
        var (desk, node) = (await DesksAsync())[0];
        var table = Name();
        var id = await desk.DraftAsync(new { title = "Wait", steps = new[] { new { kind = "assert", sql = $"SELECT count() FROM system.tables WHERE name = '{table}'", timeout_seconds = 1 } } });
        await desk.StartAsync(id);
        (await desk.UntilAsync(id, "failed")).Text("detail").ShouldContain("not true after 1 seconds");
        await node($"CREATE TABLE default.{table} (n UInt8) ENGINE = Memory");
        await desk.ActAsync(id, "resume");
        await desk.UntilAsync(id, "succeeded");
        (await house.Client.PostAsync($"{house.Servers}/{WatchedServer.OwnId}/operations/{id}/resume", new { })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Theory]
    [InlineData("""{ "title": "", "steps": [ { "kind": "gate", "question": "Go?" } ] }""", "title")]
    [InlineData("""{ "title": "x", "steps": [] }""", "steps")]
    [InlineData("""{ "title": "x", "steps": [ null ] }""", "missing")]
    [InlineData("""{ "title": "x", "steps": [ { "kind": "magic" } ] }""", "no definition")]
    [InlineData("""{ "title": "x", "steps": [ { "kind": "statement", "sql": "SELECT 1; SELECT 2", "done_when": "SELECT 1" } ] }""", "one statement")]
    [InlineData("""{ "title": "x", "steps": [ { "kind": "statement", "sql": "DROP TABLE a.b", "done_when": "DROP TABLE a.c" } ] }""", "not DROP")]
    [InlineData("""{ "title": "x", "steps": [ { "kind": "statement", "sql": "DROP TABLE a.b" } ] }""", "no definition")]
    [InlineData("""{ "title": "x", "steps": [ { "kind": "statement", "sql": "DROP TABLE a.b", "done_when": "SELECT 1", "rollback": "x" } ] }""", "no definition")]
    [InlineData("""{ "title": "x", "steps": [ { "kind": "mutation", "database": "a", "table": "b", "command": "DELETE WHERE 1; DROP TABLE c" } ] }""", "one expression")]
    [InlineData("""{ "title": "x", "steps": [ { "kind": "drop", "database": "a", "table": "b", "after_days": 4000 } ] }""", "365")]
    public async Task A_definition_that_makes_no_sense_is_refused_with_the_reason(string definition, string reason)
    {
        using var content = new StringContent(definition, System.Text.Encoding.UTF8, "application/json");
        using var response = await house.Client.PostAsync(new Uri($"{house.Servers}/{WatchedServer.OwnId}/operations", UriKind.Relative), content, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain(reason, Case.Insensitive);
    }

    [Theory]
    [InlineData("""{ "title": "x", "steps": [ { "kind": "statement", "sql": "DROP TABLE a.b ON CLUSTER c", "done_when": "SELECT 1" } ] }""", "ON CLUSTER|takes this step back|at once")]
    [InlineData("""{ "title": "x", "steps": [ { "kind": "mutation", "database": "a", "table": "b", "command": "UPDATE c = rand() WHERE 1" } ] }""", "something else each time|cannot be taken back")]
    [InlineData("""{ "title": "x", "steps": [ { "kind": "copy", "database": "a", "from": "b", "to": "c" } ] }""", "this operation made")]
    [InlineData("""{ "title": "x", "steps": [ { "kind": "swap", "database": "a", "table": "b", "next": "c", "kept": "d" } ] }""", "Compare the tables")]
    [InlineData("""{ "title": "x", "steps": [ { "kind": "drop", "database": "a", "table": "b", "after_days": 1 }, { "kind": "gate", "question": "?" } ] }""", "very end")]
    public void What_speaks_against_an_operation_is_said(string definition, string expected)
    {
        var findings = OperationLint.Of(OperationDefinition.Read(definition).Definition!).Select(finding => finding.Text).ToList();
        foreach (var part in expected.Split('|'))
        {
            findings.ShouldContain(text => text.Contains(part, StringComparison.Ordinal), string.Join(" / ", findings));
        }
    }

    [Fact]
    public void A_definition_is_taken_apart_and_put_together()
    {
        var shape = TableShape.Read("CREATE TABLE d.t (`a` UInt8, `s` String DEFAULT 'x)', INDEX i s TYPE bloom_filter GRANULARITY 1) ENGINE = ReplicatedReplacingMergeTree('/k/{shard}/t', '{replica}', a) "
            + "PARTITION BY (toYYYYMM(d), cityHash64(s) % 4) PRIMARY KEY a ORDER BY (a, s) TTL d + toIntervalDay(3) SETTINGS index_granularity = 8192, storage_policy = 'hot'")!;
        (shape.Engine, shape.Family, shape.IsReplicated, shape.MergesRows).ShouldBe(("ReplicatedReplacingMergeTree", "ReplacingMergeTree", true, true));
        shape.PartitionParts.ShouldBe(["toYYYYMM(d)", "cityHash64(s) % 4"]);
        shape.Clauses["TTL"].ShouldBe("d + toIntervalDay(3)");
        shape.For(new CreateStep("d", "t", "t2") { OrderBy = "s, a" }).ToSql("d", "t2").ShouldBe(
            "CREATE TABLE `d`.`t2` (`a` UInt8, `s` String DEFAULT 'x)', INDEX i s TYPE bloom_filter GRANULARITY 1) ENGINE = ReplicatedReplacingMergeTree('/k/{shard}/t_t2', '{replica}', a) "
            + "PARTITION BY (toYYYYMM(d), cityHash64(s) % 4) ORDER BY (s, a) TTL d + toIntervalDay(3) SETTINGS index_granularity = 8192, storage_policy = 'hot'");
        shape.Beside().ToSql("d", "p").ShouldContain("ENGINE = MergeTree() PARTITION BY (toYYYYMM(d), cityHash64(s) % 4) PRIMARY KEY a ORDER BY (a, s) SETTINGS");
        TableShape.Read("CREATE VIEW d.v AS SELECT 1").ShouldBeNull();
        TableShape.Parts("tuple()").ShouldBeEmpty();
    }

    [Fact]
    public void Only_moves_that_are_listed_are_made()
    {
        OperationMoves.Allows(OperationState.Draft, OperationState.Running).ShouldBeFalse("nothing runs that was not approved");
        OperationMoves.Allows(OperationState.Planned, OperationState.Queued).ShouldBeTrue();
        foreach (var over in Enum.GetValues<OperationState>().Where(state => state.IsOver()))
        {
            Enum.GetValues<OperationState>().ShouldAllBe(state => !OperationMoves.Allows(over, state));
        }
    }

    /// <summary>The own engine, and one node of 18.16: a way to write operations, and a way to ask past the product.</summary>
    async Task<IReadOnlyList<(OperationDesk Desk, Func<string, Task<string>> Node)>> DesksAsync()
    {
        var server = await house.WatchAsync([old.One.Address.ToString()]);
        return [(new OperationDesk(house, WatchedServer.OwnId), house.SqlAsync), (new OperationDesk(house, server), sql => old.One.RunAsync(sql))];
    }

    static async Task<string> TableAsync(Func<string, Task<string>> node, string clauses, int rows)
    {
        var table = Name();
        await node($"CREATE TABLE default.{table} (n UInt64, k String) ENGINE = MergeTree() {clauses}");
        await node(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO default.{table} (n, k) SELECT number, toString(number % 10) FROM system.numbers LIMIT {rows}"));
        return table;
    }

    static string Name() => string.Create(CultureInfo.InvariantCulture, $"op{Interlocked.Increment(ref _tables)}");

    static Dictionary<string, string> Fields(string table, params (string Key, string Value)[] more)
    {
        var fields = new Dictionary<string, string> { ["database"] = "default", ["table"] = table };
        foreach (var (key, value) in more)
        {
            fields[key] = value;
        }
        return fields;
    }
}
