using System.Text.Json;

namespace Prickle.Tests.Engine;

public sealed class QueryLogTests(EngineFixture engine)
{
    readonly string id = Guid.NewGuid().ToString();

    [Fact]
    public async Task A_select_is_logged_with_what_it_read_and_touched()
    {
        var table = $"logged_{Guid.NewGuid():N}";
        await engine.PostAsync("", $"CREATE TABLE {table} (id UInt32, plan String) ENGINE = MergeTree ORDER BY id");
        await engine.PostAsync("", $"INSERT INTO {table} SELECT number, 'pro' FROM numbers(1000)");

        await engine.PostAsync($"?query_id={id}&max_threads=1&log_comment=why", $"SELECT plan, sum(id), upper(plan) FROM {table} WHERE id < 10 GROUP BY plan FORMAT CSV");

        var row = await LoggedAsync();
        Text(row, "type").ShouldBe("QueryFinish");
        Text(row, "query_kind").ShouldBe("Select");
        Text(row, "query").ShouldStartWith("SELECT plan, sum(id)");
        Number(row, "result_rows").ShouldBe(1);
        Number(row, "read_rows").ShouldBe(1000);
        Number(row, "exception_code").ShouldBe(0);
        Texts(row, "databases").ShouldBe(["default"]);
        Texts(row, "tables").ShouldBe([$"default.{table}"]);
        Texts(row, "columns").ShouldBe([$"default.{table}.id", $"default.{table}.plan"]);
        Texts(row, "used_aggregate_functions").ShouldBe(["sum"]);
        Texts(row, "used_functions").ShouldContain("upper");
        Texts(row, "used_formats").ShouldBe(["CSV"]);
        Text(row, "log_comment").ShouldBe("why");
        row.GetProperty("Settings").GetProperty("max_threads").GetString().ShouldBe("1");
        row.GetProperty("ProfileEvents").GetProperty("SelectQuery").GetInt64().ShouldBe(1);
        Number(row, "http_method").ShouldBe(2);
        Number(row, "interface").ShouldBe(2);
        Text(row, "user").ShouldBe("default");
        Text(row, "initial_query_id").ShouldBe(id);
        Text(row, "initial_address").ShouldBe("::ffff:127.0.0.1");
        Text(row, "hostname").ShouldNotBeEmpty();
        Text(row, "event_date").ShouldBe(Text(row, "event_time")[..10]);
    }

    // The scalar subquery stands twice in the query tree, as its value and as what the value came from.
    [Fact]
    public async Task A_select_with_a_scalar_subquery_is_logged()
    {
        await engine.PostAsync($"?query_id={id}", "SELECT (SELECT max(dummy) FROM system.one) AS m, m + 1 WHERE m = 0");

        Texts(await LoggedAsync(), "tables").ShouldBe(["system.one"]);
    }

    [Fact]
    public async Task An_insert_is_logged_with_what_it_wrote_and_without_its_data()
    {
        await engine.PostAsync("", "CREATE TABLE IF NOT EXISTS logged_insert (id UInt32) ENGINE = MergeTree ORDER BY id");

        await engine.PostAsync($"?query_id={id}&query=INSERT+INTO+logged_insert+FORMAT+TSV", "1\n2\n3\n");

        var row = await LoggedAsync();
        Text(row, "query_kind").ShouldBe("Insert");
        Text(row, "query").ShouldBe("INSERT INTO logged_insert FORMAT TSV");
        Number(row, "written_rows").ShouldBe(3);
    }

    [Theory]
    [InlineData("SELEC", "ExceptionBeforeStart", 62)]
    [InlineData("SELECT * FROM nowhere", "ExceptionBeforeStart", 60)]
    [InlineData("SELECT throwIf(number = 3) FROM numbers(10)", "ExceptionWhileProcessing", 395)]
    public async Task A_failure_is_logged_with_its_words(string statement, string type, int code)
    {
        (await engine.StatusAsync($"?query_id={id}", statement)).Code.ShouldBe($"{code}");

        var row = await LoggedAsync();
        Text(row, "type").ShouldBe(type);
        Number(row, "exception_code").ShouldBe(code);
        Text(row, "exception").ShouldStartWith($"Code: {code}. DB::Exception: ");
    }

    [Fact]
    public async Task A_lasting_statement_is_logged_with_the_memory_it_took()
    {
        await engine.PostAsync($"?query_id={id}", "SELECT uniqExact(number) + sum(sleepEachRow(0.000001)) FROM numbers(2000000)");

        var row = await LoggedAsync();
        Number(row, "memory_usage").ShouldBeGreaterThan(1_000_000);
        Number(row, "query_duration_ms").ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task Statements_that_differ_in_their_values_alone_have_one_hash()
    {
        var mark = $"mark_{Guid.NewGuid():N}";
        await engine.PostAsync("", $"SELECT 1 AS {mark}");
        await engine.PostAsync("", $"SELECT 22 AS {mark}");
        await engine.PostAsync("", "SYSTEM FLUSH LOGS");

        (await engine.PostAsync("", $"SELECT count(), uniqExact(normalized_query_hash) FROM system.query_log WHERE query LIKE 'SELECT % AS {mark}'"))
            .ShouldBe("2\t1\n");
    }

    [Fact]
    public async Task The_log_does_not_log_itself_and_can_be_turned_off()
    {
        await engine.PostAsync($"?query_id={id}&log_queries=0", "SELECT 1");
        await engine.PostAsync("", "SYSTEM FLUSH LOGS");

        (await engine.PostAsync("", $"SELECT count() FROM system.query_log WHERE query_id = '{id}' OR query LIKE '%system_log.query_log (%'")).ShouldBe("0\n");
    }

    [Theory]
    [InlineData("SYNC", "finished", "")]
    [InlineData("ASYNC", "waiting", "")]
    [InlineData("", "waiting", "")]
    [InlineData("SYNC", "finished", " SETTINGS log_comment = 'set in the text'")]
    public async Task A_query_is_killed_by_the_id_its_caller_gave(string mode, string status, string settings)
    {
        await using var victim = await EndlessQuery.StartAsync(engine, settings: settings);

        var killed = await engine.PostAsync("", $"KILL QUERY WHERE query_id = '{victim.Id}' {mode} FORMAT JSONEachRow");

        var row = JsonDocument.Parse(killed).RootElement;
        Text(row, "kill_status").ShouldBe(status);
        Text(row, "query_id").ShouldBe(victim.Id);
        (await victim.EndAsync()).ShouldBe("394");
    }

    [Fact]
    public async Task An_id_that_runs_already_is_refused()
    {
        await using var first = await EndlessQuery.StartAsync(engine);

        (await engine.StatusAsync($"?query_id={first.Id}", "SELECT 1")).ShouldBe((500, "216"));
    }

    [Fact]
    public async Task Running_statements_are_found_by_their_callers_ids()
    {
        await using var running = await EndlessQuery.StartAsync(engine, "&log_comment=mine");

        (await engine.PostAsync("", $"SELECT count() FROM system.processes WHERE Settings['log_comment'] = '{running.Id} mine'")).ShouldBe("1\n");
        (await engine.PostAsync("", "SHOW PROCESSLIST")).ShouldContain(running.Id);
    }

    [Fact]
    public async Task A_kill_that_concerns_nobody_answers_with_nothing() =>
        (await engine.PostAsync("", "KILL QUERY WHERE query_id = 'of nobody' SYNC")).ShouldBe("");

    [Fact]
    public async Task A_database_is_backed_up_and_restored()
    {
        var (database, copy) = ($"backed_{Guid.NewGuid():N}", $"copy_{Guid.NewGuid():N}");
        await engine.PostAsync("", $"CREATE DATABASE {database} ENGINE = Atomic");
        await engine.PostAsync("", $"CREATE TABLE {database}.t (a UInt8) ENGINE = MergeTree ORDER BY a");
        await engine.PostAsync("", $"INSERT INTO {database}.t VALUES (1), (2)");

        (await engine.PostAsync("", $"BACKUP DATABASE {database} TO File('{database}.tar.gz')")).ShouldContain("BACKUP_CREATED");
        (await engine.PostAsync("", $"RESTORE DATABASE {database} AS {copy} FROM File('{database}.tar.gz')")).ShouldContain("RESTORED");

        (await engine.PostAsync("", $"SELECT sum(a) FROM {copy}.t")).ShouldBe("3\n");
    }

    async Task<JsonElement> LoggedAsync()
    {
        await engine.PostAsync("", "SYSTEM FLUSH LOGS");
        var line = await engine.PostAsync("?output_format_json_quote_64bit_integers=0",
            $"SELECT * FROM system.query_log WHERE query_id = '{id}' FORMAT JSONEachRow");
        return JsonDocument.Parse(line).RootElement;
    }

    static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;

    static long Number(JsonElement row, string name) => row.GetProperty(name).GetInt64();

    static IEnumerable<string> Texts(JsonElement row, string name) =>
        row.GetProperty(name).EnumerateArray().Select(item => item.GetString()!);
}
