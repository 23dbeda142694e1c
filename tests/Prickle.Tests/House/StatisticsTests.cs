using System.Net;
using System.Text.Json;
using Prickle.House.Queries;
using Prickle.Servers;
using Prickle.Tests.Accounts;
using Prickle.Tests.Engine;

namespace Prickle.Tests.House;

/// <summary>Slow queries from the logs of 18.16 and of the engine, whose lines the tests write.</summary>
[Collection(OldCluster.Name)]
public sealed class StatisticsTests(OldCluster old, HouseHost house, EngineFixture engineOfTests) : IClassFixture<HouseHost>
{
    // Lines of the far future: nobody else writes them, and nobody sweeps them away.
    static readonly DateTimeOffset Noon = new(2035, 3, 1, 12, 0, 0, TimeSpan.Zero);
    const string Hour = "from=2035-03-01T12:00:00Z&to=2035-03-01T13:00:00Z";

    [Fact]
    public async Task Statements_that_differ_in_their_values_are_one_with_the_same_id_on_every_version()
    {
        var server = await house.WatchAsync(old.Addresses);
        var table = $"t_{Guid.CreateVersion7():n}";
        using var engine = await house.EngineAsync();
        foreach (var value in (string[])["7", "'x'", "-3"])
        {
            await old.One.TryAsync($"SELECT count() FROM system.one AS {table} WHERE toString(dummy) = toString({value})");
            await engine.PostAsync("/", new StringContent($"select count()  FROM system.one AS {table} WHERE toString(dummy) = toString({value})"), TestContext.Current.CancellationToken);
        }
        await old.One.RunAsync("SYSTEM FLUSH LOGS", "admin");
        await engine.PostAsync("/", new StringContent("SYSTEM FLUSH LOGS"), TestContext.Current.CancellationToken);

        var (onOld, onEngine) = (await OneAsync($"{house.Servers}/{server}/queries?range=1h&search={table}"), await OneAsync($"{house.Servers}/{WatchedServer.OwnId}/queries?range=1h&search={table}"));

        (onOld.GetProperty("calls").GetInt64(), onEngine.GetProperty("calls").GetInt64()).ShouldBe((3, 3));
        onOld.Text("fingerprint").ShouldBe(onEngine.Text("fingerprint"));
        onOld.Text("query").ShouldBe($"SELECT count() FROM system.one AS {table} WHERE toString(dummy) = toString(?)");
        (onOld.GetProperty("users")[0].GetString(), onOld.GetProperty("tables")[0].GetString()).ShouldBe(("default", "system.one"));
    }

    [Fact]
    public async Task Figures_add_up_over_nodes()
    {
        var at = Noon.AddMinutes(5);
        await WriteAsync(
            [Line(10), Line(20), Line(30) with { Type = 4, Error = "Code: 60, it's gone", User = "bob" }],
            [Line(40), Line(50), new(at, "SELECT other FROM beta", 50) { Bytes = 300, Memory = 3000 }, new(at, "SELECT part FROM alpha", 5000) { Initial = "somebody-else" }]);

        foreach (var path in await PathsAsync())
        {
            var page = await house.GetAsync($"{path}?{Hour}");
            page.GetProperty("count").GetInt64().ShouldBe(2);
            // The usual order is by the time of all calls together: 150 ms and 50 ms.
            var (alpha, beta) = (page.GetProperty("results")[0], page.GetProperty("results")[1]);
            alpha.Text("query").ShouldBe("SELECT a FROM alpha WHERE b = ?");
            Figures(alpha).ShouldBe((5, 1, 150, 30, 50, 50, 50));
            alpha.GetProperty("calls_per_minute").GetDouble().ShouldBe(5 / 60d, 1e-9);
            (alpha.GetProperty("rows_read").GetDouble(), alpha.GetProperty("bytes_read").GetDouble()).ShouldBe((50, 500));
            alpha.GetProperty("share_of_time").GetDouble().ShouldBe(0.75, 1e-9);
            // 500 of 800 bytes; 1,000 bytes for 150 ms against 3,000 bytes for 50 ms.
            alpha.GetProperty("share_of_bytes").GetDouble().ShouldBe(0.625, 1e-9);
            alpha.GetProperty("share_of_memory").GetDouble().ShouldBe(0.5, 1e-9);
            alpha.GetProperty("users").EnumerateArray().Select(user => user.GetString()).ShouldBe(["ann", "bob"]);
            Figures(beta).ShouldBe((1, 0, 50, 50, 50, 50, 50));

            (await CountAsync($"{path}?{Hour}&failures=true")).ShouldBe(1);
            (await CountAsync($"{path}?{Hour}&user=bob")).ShouldBe(1);
            (await CountAsync($"{path}?{Hour}&user=%27%20OR%201%3D1%20--")).ShouldBe(0);
            (await CountAsync($"{path}?{Hour}&table=beta")).ShouldBe(1);
            (await CountAsync($"{path}?{Hour}&kind=insert")).ShouldBe(0);
            (await house.GetAsync($"{path}?{Hour}&order=calls")).GetProperty("results")[0].Text("query").ShouldContain("beta");
            (await house.GetAsync($"{path}?{Hour}&limit=1&offset=1")).GetProperty("results")[0].Text("query").ShouldContain("beta");
        }

        LoggedStatement Line(long milliseconds) => new(at, $"SELECT a FROM alpha WHERE b = {milliseconds}", milliseconds);
    }

    [Fact]
    public async Task What_became_slower_comes_first_with_factor_and_chance()
    {
        var (before, after) = (Noon.AddHours(10).AddMinutes(10), Noon.AddHours(11).AddMinutes(10));
        var lines = Enumerable.Range(0, 20).SelectMany(number => (LoggedStatement[])
        [
            new(before, $"SELECT slower FROM gamma WHERE n = {number}", 20 + number), new(after, $"SELECT slower FROM gamma WHERE n = {number}", 3 * (20 + number)),
            new(before, $"SELECT same FROM gamma WHERE n = {number}", 20 + number), new(after, $"SELECT same FROM gamma WHERE n = {number}", 20 + (number * 7 % 20)),
        ]).ToList();
        await WriteAsync(lines, []);

        foreach (var path in await PathsAsync())
        {
            var found = (await house.GetAsync($"{path}/regressions?from=2035-03-01T23:00:00Z&to=2035-03-02T00:00:00Z")).GetProperty("results").EnumerateArray().ToList();
            var slower = found[0];
            slower.Text("query").ShouldBe("SELECT slower FROM gamma WHERE n = ?");
            // The tenth of twenty: 29 ms, and three times that.
            (slower.GetProperty("p50_before").GetDouble(), slower.GetProperty("p50").GetDouble(), slower.GetProperty("factor").GetDouble()).ShouldBe((29, 87, 3));
            (slower.GetProperty("calls_before").GetInt64(), slower.GetProperty("calls").GetInt64(), slower.GetProperty("is_real").GetBoolean()).ShouldBe((20, 20, true));
            slower.GetProperty("chance").GetDouble().ShouldBeLessThan(0.001);
            found.Skip(1).ShouldAllBe(one => !one.GetProperty("is_real").GetBoolean());
        }
    }

    [Fact]
    public async Task A_fingerprint_has_a_course_examples_and_parts()
    {
        var (at, initial) = (Noon.AddDays(1).AddMinutes(5), $"' OR 1=1 --{Guid.CreateVersion7():n}");
        const string query = "SELECT a FROM delta WHERE b = 'hot'";
        await WriteAsync(
            [new(at, query, 30) { Id = initial }, new(at.AddMinutes(30), query, 70), new(at, "SELECT a FROM delta WHERE b = ''", 5) { Type = 3, Error = "Code: 47, <script>" }],
            [new(at, "SELECT a FROM delta_local", 20) { Initial = initial, User = "inter" }]);
        const string day = "from=2035-03-02T12:00:00Z&to=2035-03-02T13:00:00Z";
        foreach (var path in await PathsAsync())
        {
            var id = QueryFingerprint.Of(query).Id;
            var detail = await house.GetAsync($"{path}/{id}?{day}");

            detail.GetProperty("statistic").GetProperty("calls").GetInt64().ShouldBe(3);
            var course = detail.GetProperty("course").EnumerateArray().ToList();
            // An hour in minutes; two calls at five past, one at half past and five.
            course.Count.ShouldBe(60);
            (course[5].GetProperty("calls").GetInt64(), course[5].GetProperty("failures").GetInt64(), course[35].GetProperty("median").GetDouble()).ShouldBe((2, 1, 70));
            course.Sum(point => point.GetProperty("calls").GetInt64()).ShouldBe(3);
            detail.GetProperty("slowest").EnumerateArray().Select(example => example.GetProperty("duration_ms").GetDouble()).ShouldBe([70, 30]);
            var failed = detail.GetProperty("failed")[0];
            (failed.Text("error"), failed.Text("query")).ShouldBe(("Code: 47, <script>", "SELECT a FROM delta WHERE b = ''"));

            var parts = (await house.GetAsync($"{path}/{id}/parts?{day}&query_id={Uri.EscapeDataString(initial)}")).GetProperty("results");
            (parts.GetArrayLength(), parts[0].Text("query"), parts[0].Text("user")).ShouldBe((1, "SELECT a FROM delta_local", "inter"));
            (await house.Client.FetchAsync($"{path}/0123456789abcdef?{day}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task A_plan_says_what_its_indexes_left_and_old_servers_say_why_there_is_none()
    {
        using var engine = await house.EngineAsync();
        var table = $"plan_{Guid.CreateVersion7():n}";
        await EngineAsync(engine, $"CREATE TABLE {table} (n UInt64) ENGINE = MergeTree ORDER BY n SETTINGS index_granularity = 100");
        await EngineAsync(engine, $"INSERT INTO {table} SELECT number FROM numbers(10000)");
        var at = Noon.AddDays(2).AddMinutes(5);
        var query = $"SELECT count(), sum(n + 1) FROM {table} WHERE n < 250 FORMAT JSON";
        await WriteAsync([new(at, query, 30)], []);
        const string day = "from=2035-03-03T12:00:00Z&to=2035-03-03T13:00:00Z";
        var paths = await PathsAsync();
        var id = QueryFingerprint.Of(query).Id;

        var none = await house.GetAsync($"{paths[0]}/{id}/explain?{day}");
        none.Text("reason").ShouldContain("21.6");
        var plan = (await house.GetAsync($"{paths[1]}/{id}/explain?{day}")).GetProperty("plan");
        var index = Steps(plan).SelectMany(step => step.GetProperty("indexes").EnumerateArray()).Last(index => index.Text("type") == "PrimaryKey");
        // 250 rows of 10,000, by hundreds: 3 granules of 100.
        (index.GetProperty("granules").GetInt64(), index.GetProperty("all_granules").GetInt64(), index.GetProperty("keys")[0].GetString()).ShouldBe((3, 100, "n"));
        await EngineAsync(engine, $"DROP TABLE {table}");

        static IEnumerable<JsonElement> Steps(JsonElement step) => [step, .. step.GetProperty("steps").EnumerateArray().SelectMany(Steps)];
    }

    [Fact]
    public async Task Flames_are_drawn_of_sampled_stacks_and_missing_ones_are_explained()
    {
        var (at, sampled) = (Noon.AddDays(3).AddMinutes(5), $"{Guid.CreateVersion7():n}");
        const string query = "SELECT burning FROM epsilon";
        await WriteAsync([new(at, query, 30) { Id = sampled }], []);
        const string day = "from=2035-03-04T12:00:00Z&to=2035-03-04T13:00:00Z";
        var paths = await PathsAsync();
        var id = QueryFingerprint.Of(query).Id;

        (await house.GetAsync($"{paths[0]}/{id}/flames?{day}")).Text("reason").ShouldContain("system.trace_log");
        (await house.GetAsync($"{paths[1]}/{id}/flames?{day}")).Text("reason").ShouldContain("system.trace_log");
        using var engine = await house.EngineAsync();
        await EngineAsync(engine, "CREATE TABLE system.trace_log (event_date Date, event_time DateTime, trace_type Enum8('Real' = 0, 'CPU' = 1), query_id String, trace Array(UInt64)) ENGINE = Memory");
        try
        {
            // From the innermost: 17 called by 33, three times; and 33 alone, twice. The last is of another statement.
            await EngineAsync(engine, $"INSERT INTO system.trace_log SELECT '2035-03-04', '2035-03-04 12:05:00', 'CPU', '{sampled}', [17, 33] FROM numbers(3)");
            await EngineAsync(engine, $"INSERT INTO system.trace_log SELECT '2035-03-04', '2035-03-04 12:05:00', 'CPU', '{sampled}', [33] FROM numbers(2)");
            await EngineAsync(engine, "INSERT INTO system.trace_log SELECT '2035-03-04', '2035-03-04 12:05:00', 'CPU', 'other', [33] FROM numbers(7)");
            // Another host knows nothing yet of what the engine has.
            await using var host = new HouseHost(engineOfTests);
            await host.InitializeAsync();
            var flames = await host.GetAsync($"{host.Servers}/{WatchedServer.OwnId}/queries/{id}/flames?{day}");
            (flames.GetProperty("samples").GetInt64(), flames.GetProperty("root").GetProperty("samples").GetInt64()).ShouldBe((5, 5));
            var outer = flames.GetProperty("root").GetProperty("children")[0];
            (outer.Text("name"), outer.GetProperty("samples").GetInt64()).ShouldBe(("0x21", 5));
            var inner = outer.GetProperty("children")[0];
            (inner.Text("name"), inner.GetProperty("samples").GetInt64()).ShouldBe(("0x11", 3));
        }
        finally
        {
            await EngineAsync(engine, "DROP TABLE system.trace_log");
        }
    }

    [Theory]
    [InlineData("range=2h")]
    [InlineData("from=yesterday")]
    [InlineData("from=2035-03-01T12:00:00Z&to=2035-03-01T12:00:00Z")]
    [InlineData("from=2030-01-01T00:00:00Z&to=2035-01-01T00:00:00Z")]
    [InlineData("order=nothing")]
    public async Task What_is_no_stretch_or_order_is_refused(string query) =>
        (await house.Client.FetchAsync($"{house.Servers}/{WatchedServer.OwnId}/queries?{query}")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

    static (long, long, double, double, double, double, long) Figures(JsonElement one) => (
        one.GetProperty("calls").GetInt64(), one.GetProperty("failures").GetInt64(), one.GetProperty("total_ms").GetDouble(), one.GetProperty("p50").GetDouble(),
        one.GetProperty("p95").GetDouble(), one.GetProperty("p99").GetDouble(), one.GetProperty("max").GetInt64());

    // A busy server writes its log some moments after it was told to.
    async Task<JsonElement> OneAsync(string path)
    {
        JsonElement results = default;
        await Eventually.IsTrueAsync(async () => (results = (await house.GetAsync(path)).GetProperty("results")).GetArrayLength() > 0);
        results.GetArrayLength().ShouldBe(1, results.ToString());
        return results[0];
    }

    async Task<long> CountAsync(string path) => (await house.GetAsync(path)).GetProperty("count").GetInt64();

    /// <summary>Where the statistics of the old cluster and of the engine are read.</summary>
    async Task<IReadOnlyList<string>> PathsAsync() =>
        [$"{house.Servers}/{await house.WatchAsync(old.Addresses)}/queries", $"{house.Servers}/{WatchedServer.OwnId}/queries"];

    /// <summary>Writes lines into the logs of both old nodes, and all of them into the engine's.</summary>
    async Task WriteAsync(IReadOnlyList<LoggedStatement> one, IReadOnlyList<LoggedStatement> two)
    {
        // The table is made when the first statement is logged.
        foreach (var (node, lines) in new[] { (old.One, one), (old.Two, two) })
        {
            await node.RunAsync("SELECT 1");
            await node.RunAsync("SYSTEM FLUSH LOGS", "admin");
            if (lines.Count > 0)
            {
                await node.RunAsync(LoggedStatement.Insert(lines));
            }
        }
        using var engine = await house.EngineAsync();
        await EngineAsync(engine, LoggedStatement.Insert([.. one, .. two], "system_log.query_log"));
    }

    static async Task EngineAsync(HttpClient engine, string sql)
    {
        using var response = await engine.PostAsync("/", new StringContent(sql));
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
    }
}
