using System.Globalization;
using System.Net;
using System.Text.Json;
using Prickle.House.Operations;
using Prickle.Servers;
using Prickle.Tests.Accounts;
using Prickle.Tests.Engine;

namespace Prickle.Tests.House.Operations;

/// <summary>When an operation may begin, when it gives way, and what is saved before it: by the rules that its author gave it.</summary>
[Collection(OldCluster.Name)]
public sealed class OperationRulesTests(OldCluster old, HouseHost house) : IClassFixture<HouseHost>
{
    static int _names;

    readonly OperationDesk _desk = new(house, WatchedServer.OwnId);

    [Fact]
    public async Task What_is_not_needed_is_not_started()
    {
        var marker = Name();
        var id = await _desk.DraftAsync(new { title = "Only where it is missing", required_when = $"SELECT count() = 0 FROM system.tables WHERE name = '{marker}'", steps = Look() });
        Errors(await _desk.PlanAsync(id)).ShouldBeEmpty();

        await house.SqlAsync($"CREATE TABLE default.{marker} (n UInt8) ENGINE = Memory");

        Errors(await _desk.PlanAsync(id)).ShouldHaveSingleItem().ShouldContain("It is not needed");
        await RefusedAsync(id);
    }

    [Fact]
    public async Task One_that_comes_after_another_waits_for_it_to_be_done()
    {
        var first = await _desk.DraftAsync(new { title = "First", steps = new[] { new { kind = "gate", question = "Go?" } } });
        var second = await _desk.DraftAsync(new { title = "Second", after = new[] { first }, steps = Look() });
        Errors(await _desk.PlanAsync(second)).ShouldHaveSingleItem().ShouldBe("It comes after \"First\", which is a draft.");
        await RefusedAsync(second);

        await _desk.StartAsync(first);
        await _desk.UntilAsync(first, "paused");
        await _desk.ActAsync(first, "resume");
        await _desk.UntilAsync(first, "succeeded");

        await _desk.StartAsync(second);
        await _desk.UntilAsync(second, "succeeded");
        var nowhere = await _desk.DraftAsync(new { title = "Third", after = new[] { Guid.Empty }, steps = Look() });
        Errors(await _desk.PlanAsync(nowhere)).ShouldHaveSingleItem().ShouldContain("an operation that this server has not");
    }

    [Fact]
    public async Task Checks_of_its_own_slow_it_down_and_stop_it()
    {
        var (table, marker) = (await TableAsync(), Name());
        await house.SqlAsync($"CREATE TABLE default.{marker} (n UInt32) ENGINE = MergeTree ORDER BY n");
        await house.SqlAsync($"INSERT INTO default.{marker} VALUES (15)");
        var id = await _desk.DraftAsync(new
        {
            title = "Gently",
            health_checks = new[] { new { name = "orders that wait", sql = $"SELECT sum(n) FROM default.{marker}", slow = 10, stop = 20 } },
            steps = new[] { new { kind = "optimize", database = "default", table } },
        });
        await _desk.StartAsync(id);
        (await _desk.UntilAsync(id, "throttled")).Text("detail").ShouldBe("orders that wait: 15 on node, and it waits above 10.");

        await house.SqlAsync($"INSERT INTO default.{marker} VALUES (10)");
        (await _desk.UntilAsync(id, "paused")).Text("detail").ShouldContain("orders that wait: 25 on node, and 20 is where it stops.");

        await house.SqlAsync($"TRUNCATE TABLE default.{marker}");
        await _desk.ActAsync(id, "resume");
        await _desk.UntilAsync(id, "succeeded");
        // A check that is broken protects nothing: it stops as well.
        var broken = await _desk.DraftAsync(new
        {
            title = "Broken",
            health_checks = new[] { new { name = "nothing", sql = "SELECT n FROM default.not_there", stop = 1 } },
            steps = new[] { new { kind = "optimize", database = "default", table } },
        });
        await _desk.StartAsync(broken);
        (await _desk.UntilAsync(broken, "paused")).Text("detail").ShouldContain("nothing cannot be asked on node");
    }

    [Fact]
    public async Task It_works_in_its_hours_and_no_longer_than_it_may()
    {
        var table = await TableAsync();
        var id = await _desk.DraftAsync(new { title = "At night", steps = new[] { new { kind = "optimize", database = "default", table } } });
        await _desk.PlanAsync(id);
        var (from, to) = (DateTime.UtcNow.AddHours(2), DateTime.UtcNow.AddHours(4));
        var hours = string.Create(CultureInfo.InvariantCulture, $"{from:HH:mm}-{to:HH:mm}");
        await _desk.PutAsync(id, "throttle", new { hours });
        await _desk.StartAsync(id);
        (await _desk.UntilAsync(id, "throttled")).Text("detail").ShouldContain(string.Create(CultureInfo.InvariantCulture, $"It works from {from:HH:mm} to {to:HH:mm} UTC."));

        await _desk.PutAsync(id, "throttle", new { });
        await _desk.UntilAsync(id, "succeeded");

        (await house.Client.PutAsync($"{house.Servers}/{WatchedServer.OwnId}/operations/{id}/throttle", new { hours = "nights" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await house.Client.PutAsync($"{house.Servers}/{WatchedServer.OwnId}/operations/{id}/throttle", new { hours = (string?)null })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        WorkingHours.Read("22:00-06:00", "UTC")!.Holds(new DateTimeOffset(2026, 1, 1, 23, 30, 0, TimeSpan.Zero)).ShouldBeTrue();
        WorkingHours.Read("22:00-06:00", "UTC")!.Holds(new DateTimeOffset(2026, 1, 1, 6, 0, 0, TimeSpan.Zero)).ShouldBeFalse();
        // Half past ten in the evening in Berlin is half past nine in Greenwich.
        WorkingHours.Read("22:00-06:00", "Europe/Berlin")!.Holds(new DateTimeOffset(2026, 1, 1, 21, 30, 0, TimeSpan.Zero)).ShouldBeTrue();
    }

    [Fact]
    public async Task Tables_are_backed_up_before_their_rows_are_deleted_for_good()
    {
        var table = await TableAsync();
        var id = await _desk.DraftAsync("delete_project", new() { ["database"] = "default", ["tables"] = table, ["column"] = "k", ["value"] = "7", ["keep_days"] = "0", ["backs_up"] = "true" });
        var planned = await _desk.PlanAsync(id);
        planned.GetProperty("plan").GetProperty("steps")[0].GetProperty("nodes")[0].GetProperty("statements")[0].GetString().ShouldStartWith($"BACKUP TABLE `default`.`{table}` TO ");
        planned.GetProperty("plan").GetProperty("findings").ToString().ShouldNotContain("nothing is backed up");
        await _desk.StartAsync(id);
        await _desk.UntilAsync(id, "succeeded");
        (await house.SqlAsync($"SELECT count() FROM default.{table}")).ShouldBe("900");

        // It is a backup like any other: what was deleted can be had again, beside.
        var backups = $"{house.Servers}/{WatchedServer.OwnId}/backups";
        var backup = (await house.GetAsync($"{backups}?search={table}")).GetProperty("results").EnumerateArray().ShouldHaveSingleItem();
        var restored = Name();
        var job = await house.Client.PostAsync($"{backups}/{backup.Text("id")}/restore", new
        {
            tables = new[] { new { from = new { database = "default", name = table }, to = new { database = "default", name = restored } } },
        }).JsonAsync(HttpStatusCode.Accepted);
        await Eventually.IsTrueAsync(async () => (await house.GetAsync($"{backups}/jobs/{job.Text("id")}")).Text("state") == "good");
        (await house.SqlAsync($"SELECT count(), countIf(k = '7') FROM default.{restored}")).ShouldBe("1000\t100");
    }

    [Fact]
    public async Task A_server_that_makes_no_backups_freezes_the_tables_of_each_shard()
    {
        var table = Name();
        await old.EverywhereAsync($"CREATE TABLE default.{table} (n UInt64, k String) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{table}', '{{replica}}') ORDER BY n");
        await old.One.RunAsync($"INSERT INTO default.{table} (n, k) SELECT number, 'x' FROM system.numbers LIMIT 100");
        var desk = new OperationDesk(house, await house.WatchAsync(old.Addresses));
        var id = await desk.DraftAsync(new { title = "Freeze", steps = new[] { new { kind = "backup", database = "default", tables = new[] { table } } } });
        var planned = await desk.PlanAsync(id);
        planned.GetProperty("plan").GetProperty("findings").ToString().ShouldContain("makes no backups");
        await desk.StartAsync(id);
        await desk.UntilAsync(id, "succeeded");

        var part = await old.One.RunAsync($"SELECT any(path) FROM system.parts WHERE active AND table = '{table}'");
        var shadow = Path.Combine(part[..part.LastIndexOf("/data/", StringComparison.Ordinal)], "shadow");
        Directory.GetFiles(shadow, "n.bin", SearchOption.AllDirectories).ShouldContain(file => file.Contains("/prickle_", StringComparison.Ordinal) && file.Contains($"/{table}/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Parts_that_do_not_fit_are_not_linked()
    {
        var table = await TableAsync();
        var id = await _desk.DraftAsync(new
        {
            title = "Sorted otherwise",
            steps = new object[]
            {
                new { kind = "create", database = "default", like = table, name = $"{table}_next", order_by = "k, n" },
                new { kind = "attach", database = "default", from = table, to = $"{table}_next" },
            },
        });
        Errors(await _desk.PlanAsync(id)).ShouldHaveSingleItem().ShouldContain("their parts do not fit");
    }

    [Fact]
    public async Task Operations_are_listed_in_the_order_that_is_wanted()
    {
        foreach (var title in (string[])["listed b", "listed c", "listed A"])
        {
            await _desk.DraftAsync(new { title, steps = Look() });
        }
        var path = $"{house.Servers}/{WatchedServer.OwnId}/operations?search=listed";
        (await TitlesAsync(path)).ShouldBe(["listed A", "listed c", "listed b"]);
        (await TitlesAsync($"{path}&order=title")).ShouldBe(["listed A", "listed b", "listed c"]);
        (await TitlesAsync($"{path}&order=-title")).ShouldBe(["listed c", "listed b", "listed A"]);
        (await house.Client.FetchAsync($"{path}&order=luck")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        async Task<IReadOnlyList<string>> TitlesAsync(string list) => [.. (await house.GetAsync(list)).GetProperty("results").EnumerateArray().Select(one => one.Text("title"))];
    }

    [Theory]
    [InlineData("""{ "title": "x", "required_when": "DROP TABLE a.b", "steps": [ { "kind": "gate", "question": "?" } ] }""", "not DROP")]
    [InlineData("""{ "title": "x", "health_checks": [ { "name": "a", "sql": "SELECT 1" } ], "steps": [ { "kind": "gate", "question": "?" } ] }""", "above which value")]
    [InlineData("""{ "title": "x", "health_checks": [ { "name": "a", "sql": "SELECT 1", "slow": 5, "stop": 4 } ], "steps": [ { "kind": "gate", "question": "?" } ] }""", "stop before it waits")]
    [InlineData("""{ "title": "x", "steps": [ { "kind": "backup", "database": "a", "tables": [] } ] }""", "tables")]
    [InlineData("""{ "title": "x", "steps": [ { "kind": "backup", "database": "a", "tables": [ null ] } ] }""", "no name")]
    [InlineData("""{ "title": "x", "health_checks": [ null ], "steps": [ { "kind": "gate", "question": "?" } ] }""", "health check is missing")]
    [InlineData("""{ "title": "x", "after": [ "soon" ], "steps": [ { "kind": "gate", "question": "?" } ] }""", "no definition")]
    public async Task Rules_that_make_no_sense_are_refused(string definition, string reason)
    {
        using var content = new StringContent(definition, System.Text.Encoding.UTF8, "application/json");
        using var response = await house.Client.PostAsync(new Uri($"{house.Servers}/{WatchedServer.OwnId}/operations", UriKind.Relative), content, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain(reason, Case.Insensitive);
    }

    async Task RefusedAsync(string id)
    {
        var planned = await _desk.GetAsync(id);
        (await house.Client.PostAsync($"{house.Servers}/{WatchedServer.OwnId}/operations/{id}/approve", new { hash = planned.Text("hash") })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    static object[] Look() => [new { kind = "assert", sql = "SELECT 1", timeout_seconds = 1 }];

    static IReadOnlyList<string> Errors(JsonElement operation) =>
        [.. operation.GetProperty("plan").GetProperty("findings").EnumerateArray().Where(finding => finding.Text("weight") == "error").Select(finding => finding.Text("text"))];

    /// <summary>A thousand rows in ten partitions.</summary>
    async Task<string> TableAsync()
    {
        var table = Name();
        await house.SqlAsync($"CREATE TABLE default.{table} (n UInt64, k String) ENGINE = MergeTree PARTITION BY n % 10 ORDER BY n");
        await house.SqlAsync($"INSERT INTO default.{table} SELECT number, toString(number % 10) FROM numbers(1000)");
        return table;
    }

    static string Name() => string.Create(CultureInfo.InvariantCulture, $"rule{Interlocked.Increment(ref _names)}");
}
