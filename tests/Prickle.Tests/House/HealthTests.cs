using System.Net;
using System.Text.Json;
using Prickle.House.Health;
using Prickle.Servers;
using Prickle.Tests.Accounts;
using Prickle.Tests.Engine;

namespace Prickle.Tests.House;

/// <summary>What nodes say of themselves, on 18.16 and on the engine: replication, merges, mutations, errors, settings, logs.</summary>
[Collection(OldCluster.Name)]
public sealed class HealthTests(OldCluster old, HouseHost house, EngineFixture engine) : IClassFixture<HouseHost>
{
    public static TheoryData<string> Keys => [.. HealthList.All.Select(list => list.Key)];

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Every_list_answers_or_says_what_is_missing_on_both_kinds_of_server(string key)
    {
        foreach (var server in (Guid[])[WatchedServer.OwnId, await house.WatchAsync(old.Addresses)])
        {
            var answer = await house.GetAsync($"{house.Servers}/{server}/health/{key}");

            // The engine has one user, who may not list users: the server's own reason is shown.
            answer.Nodes("failed").ShouldAllBe(node => node.Text("kind") == "denied" && node.Text("detail").Contains("grant SHOW", StringComparison.Ordinal));
            answer.Nodes("missing").ShouldAllBe(node => node.Text("detail").Length > 10);
        }
    }

    [Fact]
    public async Task A_replica_that_fetches_nothing_falls_behind_with_its_reason_and_catches_up()
    {
        var table = $"replicated_{Guid.CreateVersion7():n}";
        await old.EverywhereAsync($"CREATE TABLE default.{table} (id UInt64) ENGINE = ReplicatedMergeTree('/tables/{table}', '{{replica}}') ORDER BY id");
        var server = await house.WatchAsync(old.Addresses);
        await old.Two.RunAsync($"SYSTEM STOP FETCHES default.{table}");
        await old.One.RunAsync($"INSERT INTO default.{table} SELECT number FROM numbers(10)");

        await Eventually.IsTrueAsync(async () =>
        {
            var queue = (await CellsAsync(server, "replication_queue")).Where(row => row.Cells.Text("table") == table).ToList();
            var replica = (await CellsAsync(server, "replicas")).Single(row => row.Cells.Text("table") == table && row.Node.EndsWith($":{old.Two.Address.Port}", StringComparison.Ordinal));
            return replica.Cells.GetProperty("queue_size").GetInt64() > 0 && replica.Cells.GetProperty("absolute_delay").GetDouble() > 0 && queue.Count > 0 && queue[0].Node.EndsWith($":{old.Two.Address.Port}", StringComparison.Ordinal) && queue[0].Cells.Text("reason").Length > 0;
        });

        await old.Two.RunAsync($"SYSTEM START FETCHES default.{table}");
        await Eventually.IsTrueAsync(async () => (await CellsAsync(server, "replication_queue")).All(row => row.Cells.Text("table") != table));
        await Eventually.IsTrueAsync(async () => (await CellsAsync(server, "replicas")).Where(row => row.Cells.Text("table") == table).All(row => row.Cells.GetProperty("absolute_delay").GetDouble() == 0));
        (await old.Two.RunAsync($"SELECT count() FROM default.{table}")).Trim().ShouldBe("10");
    }

    [Fact]
    public async Task A_mutation_that_always_fails_is_shown_with_its_error_though_18_16_does_not_tell_it()
    {
        var table = $"mutated_{Guid.CreateVersion7():n}";
        await old.One.RunAsync($"CREATE TABLE default.{table} (id UInt64, text String) ENGINE = MergeTree ORDER BY id");
        await old.One.RunAsync($"INSERT INTO default.{table} VALUES (1, 'not a number')");
        await old.One.RunAsync("SYSTEM FLUSH LOGS", "admin");
        // Another user than that of the other tests: what the node has is looked at anew, its log of parts among it.
        var server = await house.WatchAsync(old.Addresses.Take(1), "admin");
        await old.One.RunAsync($"ALTER TABLE default.{table} DELETE WHERE toUInt64(text) = 7");
        try
        {
            await Eventually.IsTrueAsync(async () =>
            {
                await old.One.RunAsync("SYSTEM FLUSH LOGS");
                return (await CellsAsync(server, "mutations")).Any(row => row.Cells.Text("table") == table && row.Cells.Text("reason").Contains("Cannot parse", StringComparison.Ordinal));
            });
        }
        finally
        {
            await old.One.RunAsync($"DROP TABLE default.{table}");
        }
    }

    [Fact]
    public void A_setting_that_differs_between_nodes_is_listed_and_the_same_ones_are_not_called_different()
    {
        var server = new WatchedServer { Id = Guid.CreateVersion7(), OrganizationId = 1, Name = "Two", Nodes = [new("http://a:8123/"), new("http://b:8123/")], MonitorUser = "default" };
        var answer = new FleetAnswer<NodeSetting>(
        [
            Node("a", new("settings", "max_threads", "4", true), new("settings", "max_memory_usage", "10", true), new("settings", "log_queries", "1", false), new("merge_tree_settings", "only_here", "1", false)),
            Node("b", new("settings", "max_threads", "8", true), new("settings", "max_memory_usage", "10", true), new("settings", "log_queries", "1", false)),
        ]);

        SettingsDrift.Of(server, answer).Select(line => (line.Name, line.Differs)).ShouldBe([("only_here", true), ("max_threads", true), ("max_memory_usage", false)]);

        static NodeAnswer<NodeSetting> Node(string host, params NodeSetting[] settings) => new NodeAnswer<NodeSetting>.Rows(new NodeName(new Uri($"http://{host}:8123/"), host), settings, TimeSpan.Zero);
    }

    [Fact]
    public async Task The_log_is_filtered_by_level_and_text_and_what_is_typed_is_taken_as_it_is()
    {
        // The engine keeps no log of itself.
        var lines = await house.GetAsync($"{house.Servers}/{WatchedServer.OwnId}/log?text={Uri.EscapeDataString("100%_' OR 1=1")}&level=error,warning");
        lines.Nodes("missing").Single().Text("piece").ShouldBe("system.text_log");

        (await house.Client.GetAsync(new Uri($"{house.Servers}/{WatchedServer.OwnId}/log?level=loud", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var question = (Prickle.ClickHouse.Nodes.SystemStatement.Ask)new LogFilter(["Error"], "100%_' OR 1=1", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch).Question(0, 10).Write(Modern());
        question.Statement.Sql.ShouldNotContain("100%");
        question.Statement.Values.ShouldBe([("text", "100%_' OR 1=1")]);
    }

    [Fact]
    public async Task Lines_of_a_log_are_found_by_level_time_and_text_and_a_page_at_a_time()
    {
        var at = DateTimeOffset.UtcNow.AddMinutes(-10);
        await engine.PostAsync("/", "CREATE TABLE system.text_log (event_date Date, event_time DateTime, level Enum8('Fatal' = 1, 'Critical' = 2, 'Error' = 3, 'Warning' = 4, 'Information' = 6), logger_name String, message String, query_id String) ENGINE = Memory");
        try
        {
            await engine.PostAsync("/", $"INSERT INTO system.text_log SELECT toDate(at), at, level, 'Merger', message, 'q' FROM (SELECT toDateTime({at.ToUnixTimeSeconds()}) - place AS at, arrayElement([('Error', 'Disk is at 100%_ now'), ('Information', 'disk is at 100%_ again'), ('Error', 'Disk is at 100 per cent'), ('Error', 'Disk is at 100%X'), ('Warning', 'Fine')], place + 1) AS one, one.1 AS level, one.2 AS message FROM (SELECT arrayJoin([0, 1, 2, 3, 4]) AS place))");
            await engine.PostAsync("/", $"INSERT INTO system.text_log SELECT toDate(toDateTime({at.AddHours(-30).ToUnixTimeSeconds()})), toDateTime({at.AddHours(-30).ToUnixTimeSeconds()}), 'Error', 'Merger', 'Disk was at 100%_', ''");
            // Another host knows nothing yet of what the engine has.
            await using var host = new HouseHost(engine);
            await host.InitializeAsync();

            // No pattern, and whatever the case; what is older than a day is asked for.
            (await MessagesAsync(host, $"text={Uri.EscapeDataString("100%_")}")).ShouldBe(["Disk is at 100%_ now", "disk is at 100%_ again"]);
            (await MessagesAsync(host, $"text={Uri.EscapeDataString("100%_")}&from={at.AddDays(-2):yyyy-MM-ddTHH:mm:ssZ}&level=error")).ShouldBe(["Disk is at 100%_ now", "Disk was at 100%_"]);
            (await MessagesAsync(host, "level=error&limit=2")).ShouldBe(["Disk is at 100%_ now", "Disk is at 100 per cent"]);
            (await MessagesAsync(host, "level=error&limit=2&offset=2")).ShouldBe(["Disk is at 100%X"]);
            (await MessagesAsync(host, $"text={Uri.EscapeDataString("' OR 1=1 --")}")).ShouldBeEmpty();
        }
        finally
        {
            await engine.PostAsync("/", "DROP TABLE system.text_log");
        }

        static async Task<List<string>> MessagesAsync(HouseHost host, string query) =>
            [.. (await host.GetAsync($"{host.Servers}/{WatchedServer.OwnId}/log?{query}")).GetProperty("results").EnumerateArray().Select(row => row.GetProperty("row").Text("message"))];
    }

    [Fact]
    public async Task A_log_that_nothing_ends_is_found_with_the_statement_that_ends_it()
    {
        // 300 MB that no codec makes smaller.
        await engine.PostAsync("/", "CREATE TABLE system.endless_log (event_date Date, text String) ENGINE = MergeTree ORDER BY event_date");
        try
        {
            await engine.PostAsync("/", "INSERT INTO system.endless_log SELECT today() - number % 3, randomString(10000) FROM numbers(30000)");
            var found = (await FindingsAsync()).Single(finding => finding.Text("where") == "system.endless_log");

            found.Text("level").ShouldBe("warning");
            found.Text("what").ShouldContain("30,000 rows since");
            found.Text("statement").ShouldBe("ALTER TABLE `system`.`endless_log` MODIFY TTL event_date + INTERVAL 30 DAY DELETE");
            await engine.PostAsync("/", found.Text("statement"));
            (await FindingsAsync()).ShouldNotContain(finding => finding.Text("where") == "system.endless_log");
        }
        finally
        {
            await engine.PostAsync("/", "DROP TABLE system.endless_log");
        }

        async Task<IReadOnlyList<JsonElement>> FindingsAsync() => [.. (await house.GetAsync($"{house.Servers}/{WatchedServer.OwnId}/advice")).EnumerateArray()
            .Single(advisor => advisor.Text("key") == "logs_without_end").GetProperty("findings").GetProperty("results").EnumerateArray().Select(row => row.GetProperty("row"))];
    }

    [Fact]
    public async Task Advice_is_given_with_the_statement_that_helps()
    {
        var database = $"parts_{Guid.CreateVersion7():n}";
        await old.One.RunAsync($"CREATE DATABASE {database}");
        await old.One.RunAsync($"CREATE TABLE {database}.t (id UInt64) ENGINE = MergeTree ORDER BY id");
        await old.One.RunAsync("SYSTEM STOP MERGES");
        try
        {
            foreach (var number in Enumerable.Range(0, 151))
            {
                await old.One.RunAsync($"INSERT INTO {database}.t VALUES ({number})");
            }
            var server = await house.WatchAsync(old.Addresses.Take(1));

            var advice = JsonSerializer.Deserialize<JsonElement>((await house.GetAsync($"{house.Servers}/{server}/advice")).GetRawText()).EnumerateArray().ToDictionary(one => one.Text("key"), one => one.GetProperty("findings"));

            var found = advice["too_many_parts"].GetProperty("results").EnumerateArray().Select(row => row.GetProperty("row")).Single(row => row.Text("where").StartsWith($"{database}.t", StringComparison.Ordinal));
            found.Text("level").ShouldBe("warning");
            found.Text("what").ShouldStartWith("151 parts with 151 rows");
            found.Text("statement").ShouldStartWith($"OPTIMIZE TABLE `{database}`.`t` PARTITION ID 'all'");
            // The statement is taken by the server as it stands.
            await old.One.RunAsync("SYSTEM START MERGES");
            await old.One.RunAsync(found.Text("statement"));
            advice["detached_parts"].Nodes("missing").Count().ShouldBe(1);
        }
        finally
        {
            await old.One.RunAsync("SYSTEM START MERGES");
            await old.One.RunAsync($"DROP DATABASE {database}");
        }
    }

    static Prickle.ClickHouse.Nodes.NodeCapabilities Modern() => new()
    {
        Version = "26",
        TimeZone = "UTC",
        Host = "h",
        StartedAt = DateTimeOffset.UnixEpoch,
        Readonly = 0,
        TakesParameters = true,
        Tables = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(new Dictionary<string, System.Collections.Frozen.FrozenSet<string>> { ["text_log"] = System.Collections.Frozen.FrozenSet<string>.Empty }),
        Functions = System.Collections.Frozen.FrozenSet<string>.Empty,
        TableFunctions = System.Collections.Frozen.FrozenSet<string>.Empty,
        Settings = System.Collections.Frozen.FrozenSet<string>.Empty,
    };

    async Task<List<(string Node, JsonElement Cells)>> CellsAsync(Guid server, string list) =>
        [.. (await house.GetAsync($"{house.Servers}/{server}/health/{list}")).GetProperty("results").EnumerateArray().Select(row => (row.Text("node"), row.GetProperty("row")))];
}
