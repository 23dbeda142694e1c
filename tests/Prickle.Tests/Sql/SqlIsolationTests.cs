using Prickle.Sql;

namespace Prickle.Tests.Sql;

/// <summary>Whatever a statement says, it reads its own project's rows or nothing. In the texts OWN, OTHER and MAIN are databases.</summary>
public sealed class SqlIsolationTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    [Theory]
    // Other databases, by every way to name one.
    [InlineData("SELECT * FROM OTHER.events", "OTHER.events")]
    [InlineData("SELECT * FROM `OTHER`.`events`", "OTHER.events")]
    [InlineData("SELECT * FROM \"OTHER\".events", "OTHER.events")]
    [InlineData("SELECT * FROM “OTHER”.“events”", "OTHER.events")]
    [InlineData("SELECT * FROM MAIN.events", "MAIN.events")]
    [InlineData("SELECT * FROM OTHER . events", "OTHER.events")]
    [InlineData("SELECT * FROM OTHER/* events */.events -- OWN.events", "OTHER.events")]
    [InlineData("SELECT * FROM system.tables", "system.tables")]
    [InlineData("SELECT * FROM information_schema.tables", "information_schema")]
    [InlineData("SELECT * FROM INFORMATION_SCHEMA.TABLES", "INFORMATION_SCHEMA")]
    // Deeper within the statement.
    [InlineData("SELECT (SELECT count() FROM OTHER.events)", "OTHER.events")]
    [InlineData("SELECT * FROM (SELECT * FROM (SELECT * FROM OTHER.events))", "OTHER.events")]
    [InlineData("SELECT event FROM events UNION ALL SELECT event FROM OTHER.events", "OTHER.events")]
    [InlineData("(SELECT event FROM events) EXCEPT (SELECT event FROM OTHER.events)", "OTHER.events")]
    [InlineData("WITH x AS (SELECT * FROM OTHER.events) SELECT * FROM x", "OTHER.events")]
    [InlineData("WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n + (SELECT count() FROM OTHER.events) FROM x WHERE n < 3) SELECT * FROM x", "OTHER.events")]
    [InlineData("WITH OTHER.events AS t SELECT * FROM t", "OTHER.events")]
    [InlineData("WITH (SELECT count() FROM OTHER.events) AS n SELECT n", "OTHER.events")]
    [InlineData("SELECT * FROM events AS e JOIN OTHER.events AS o ON e.event = o.event", "OTHER.events")]
    [InlineData("SELECT * FROM events, OTHER.events", "OTHER.events")]
    [InlineData("SELECT 1 FROM events WHERE event IN OTHER.events", "OTHER.events")]
    [InlineData("SELECT 1 FROM events WHERE event GLOBAL NOT IN (SELECT event FROM OTHER.events)", "OTHER.events")]
    [InlineData("SELECT EXISTS (SELECT 1 FROM OTHER.events)", "OTHER.events")]
    [InlineData("SELECT arrayMap(x -> (SELECT count() FROM OTHER.events), [1])", "OTHER.events")]
    [InlineData("FROM OTHER.events SELECT *", "OTHER.events")]
    [InlineData("SELECT count() FROM numbers((SELECT count() FROM OTHER.events))", "OTHER.events")]
    // Names that shadow.
    [InlineData("SELECT * FROM OTHER.events AS events", "OTHER.events")]
    [InlineData("SELECT OTHER.x FROM (SELECT 1 AS x) AS OTHER", "OTHER.x")]
    [InlineData("WITH events AS (SELECT * FROM OTHER.events) SELECT * FROM events", "OTHER.events")]
    // Table functions.
    [InlineData("SELECT * FROM merge('OTHER', 'events')", "merge")]
    [InlineData("SELECT * FROM merge('^ev')", "merge")]
    [InlineData("SELECT 1 WHERE 1 IN merge('OTHER', 'events')", "merge")]
    [InlineData("SELECT * FROM file('/etc/passwd', 'LineAsString')", "file")]
    [InlineData("SELECT * FROM url('http://127.0.0.1:9/', 'LineAsString')", "url")]
    [InlineData("SELECT * FROM s3('http://127.0.0.1:9/x')", "s3")]
    [InlineData("SELECT * FROM remote('127.0.0.1', 'OTHER', 'events')", "remote")]
    [InlineData("SELECT * FROM remoteSecure('127.0.0.1', OTHER.events)", "remoteSecure")]
    [InlineData("SELECT * FROM cluster('default', 'OTHER', 'events')", "cluster")]
    [InlineData("SELECT * FROM clusterAllReplicas('default', system.one)", "clusterAllReplicas")]
    [InlineData("SELECT * FROM view(SELECT * FROM OTHER.events)", "view")]
    [InlineData("SELECT * FROM viewIfPermitted(SELECT 1 AS x ELSE null('x UInt8'))", "viewIfPermitted")]
    [InlineData("SELECT * FROM (EXPLAIN SELECT * FROM events)", "EXPLAIN")]
    [InlineData("SELECT * FROM dictionary('MAIN.person_overrides')", "dictionary")]
    [InlineData("SELECT * FROM executable('x', 'TSV', 'a String')", "executable")]
    [InlineData("SELECT * FROM mergeTreeIndex(MAIN, events)", "mergeTreeIndex")]
    [InlineData("SELECT * FROM loop(MAIN.events)", "loop")]
    [InlineData("SELECT * FROM fuzzQuery('SELECT 1')", "fuzzQuery")]
    [InlineData("SELECT * FROM input('a String')", "input")]
    [InlineData("SELECT * FROM postgresql('127.0.0.1:9', 'a', 'b', 'c', 'd')", "postgresql")]
    [InlineData("SELECT * FROM format(LineAsString, 'x')", "format")]
    // Functions that read more than their arguments.
    [InlineData("SELECT file('/etc/passwd')", "file")]
    [InlineData("SELECT arrayMap(x -> file(x), ['/etc/passwd'])", "file")]
    [InlineData("WITH x -> file(x) AS f SELECT f('/etc/passwd')", "file")]
    [InlineData("SELECT * APPLY(hostName) FROM events", "hostName")]
    [InlineData("SELECT dictGet('MAIN.person_overrides', 'person_id', (1, 'x'))", "dictGet")]
    [InlineData("SELECT dictGetOrDefault('MAIN.person_overrides', 'person_id', (1, 'x'), 1)", "dictGetOrDefault")]
    [InlineData("SELECT dictHas('MAIN.person_overrides', (8, 'mallory'))", "dictHas")]
    [InlineData("SELECT joinGet('MAIN.x', 'a', 1)", "joinGet")]
    [InlineData("SELECT hasColumnInTable('MAIN', 'events', 'uuid')", "hasColumnInTable")]
    [InlineData("SELECT getSetting('max_threads')", "getSetting")]
    [InlineData("SELECT getServerSetting('max_connections')", "getServerSetting")]
    [InlineData("SELECT getMacro('shard')", "getMacro")]
    [InlineData("SELECT hostName()", "hostName")]
    [InlineData("SELECT hostname()", "hostname")]
    [InlineData("SELECT FQDN()", "FQDN")]
    [InlineData("SELECT version()", "version")]
    [InlineData("SELECT currentUser()", "currentUser")]
    [InlineData("SELECT user()", "user")]
    [InlineData("SELECT sleep(3)", "sleep")]
    [InlineData("SELECT sleepEachRow(1) FROM events", "sleepEachRow")]
    [InlineData("SELECT filesystemAvailable()", "filesystemAvailable")]
    [InlineData("SELECT catboostEvaluate('/x', 1)", "catboostEvaluate")]
    [InlineData("SELECT addressToLine(1)", "addressToLine")]
    [InlineData("SELECT showCertificate()", "showCertificate")]
    [InlineData("SELECT aiGenerate('x', 'y')", "aiGenerate")]
    [InlineData("SELECT regionToName(1)", "regionToName")]
    // What is not a SELECT, or more than one, or carries its own terms.
    [InlineData("SELECT 1; SELECT 2", "semicolon")]
    [InlineData("SELECT 1; DROP TABLE events", "semicolon")]
    [InlineData("DROP TABLE events", "DROP")]
    [InlineData("INSERT INTO events SELECT 1", "INSERT")]
    [InlineData("SET readonly = 0", "SET")]
    [InlineData("EXISTS TABLE OTHER.events", "EXISTS")]
    [InlineData("DESCRIBE TABLE OTHER.events", "DESCRIBE")]
    [InlineData("SHOW TABLES FROM OTHER", "SHOW")]
    [InlineData("EXPLAIN SELECT 1", "EXPLAIN")]
    [InlineData("CREATE VIEW x AS SELECT 1", "CREATE")]
    [InlineData("KILL QUERY WHERE 1", "KILL")]
    [InlineData("SYSTEM SHUTDOWN", "SYSTEM")]
    [InlineData("SELECT 1 INTO OUTFILE '/tmp/x'", "INTO OUTFILE")]
    [InlineData("SELECT 1 INTO/**/OUTFILE '/tmp/x'", "INTO OUTFILE")]
    [InlineData("SELECT 1 FORMAT JSON", "FORMAT")]
    [InlineData("SELECT 1 /* x */ FORMAT /* y */ Null -- z", "FORMAT")]
    [InlineData("SELECT 1 SETTINGS max_threads = 1", "SETTINGS")]
    [InlineData("SELECT * FROM events SETTINGS additional_table_filters = {}", "SETTINGS")]
    [InlineData("SELECT * FROM (SELECT 1 SETTINGS readonly = 0)", "SETTINGS")]
    [InlineData("SELECT * FROM {x:Identifier}", "{variables.name}")]
    [InlineData("", "no statement")]
    [InlineData("-- SELECT 1", "no statement")]
    public async Task A_trick_is_refused_with_a_message_that_names_it(string statement, string named)
    {
        var refusal = await fixture.RefusalAsync(Filled(statement));

        refusal.Detail.ShouldContain(Filled(named));
        refusal.Reason.ShouldBeOneOf(SqlRefusalReason.NotAllowed, SqlRefusalReason.InvalidStatement);
        refusal.Detail.ShouldNotContain("carrot");
    }

    [Theory]
    [InlineData("SELECT DISTINCT distinct_id FROM events ORDER BY distinct_id", """[["ann"],["bob"]]""")]
    [InlineData("SELECT DISTINCT distinct_id FROM OWN.events ORDER BY distinct_id", """[["ann"],["bob"]]""")]
    [InlineData("SELECT count() FROM events AS other WHERE other.distinct_id = 'mallory'", "[[0]]")]
    [InlineData("SELECT _database = 'OWN', _table FROM events LIMIT 1", """[[1,"events"]]""")]
    [InlineData("SELECT sum(number) FROM numbers(4)", "[[6]]")]
    [InlineData("SELECT * FROM values('a UInt8', 1, 2) ORDER BY a", "[[1],[2]]")]
    [InlineData("SELECT 'FORMAT JSON; SETTINGS x = 1 -- system.tables' AS settings /* ; */", """[["FORMAT JSON; SETTINGS x = 1 -- system.tables"]]""")]
    [InlineData("SELECT 1 AS format, format + 1", "[[1,2]]")]
    [InlineData("WITH x -> x + 1 AS f SELECT f(1)", "[[2]]")]
    [InlineData("SELECT countIf(event = 'opened'), uniqExactIf(distinct_id, event = 'opened') FROM events", "[[2,2]]")]
    [InlineData("WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM x WHERE n < 3) SELECT max(n) FROM x", "[[3]]")]
    [InlineData("SELECT event, row_number() OVER (PARTITION BY distinct_id ORDER BY event) AS n FROM events ORDER BY distinct_id, n", """[["closed",1],["opened",2],["opened",1]]""")]
    [InlineData("SELECT 1 WHERE 'ann' IN (SELECT distinct_id FROM events);", "[[1]]")]
    [InlineData("SELECT CAST('5' AS UInt8), '6'::UInt8, [7][1], (8, 9).2, INTERVAL 1 DAY = INTERVAL 1 DAY, CASE WHEN 1 THEN 2 ELSE 3 END", "[[5,6,7,9,1,2]]")]
    [InlineData("SELECT intDiv(6, (SELECT count() FROM events))", "[[2]]")]
    public async Task What_computes_over_ones_own_rows_runs(string statement, string rows)
    {
        var given = await fixture.RowsAsync(Filled(statement));
        given.ShouldBe(rows);
    }

    [Fact]
    public async Task The_engine_lets_no_other_row_through_even_where_the_check_would()
    {
        // The second and third wall alone: the base table itself, on the connection of the sandbox.
        var scope = await fixture.Views.EnsureAsync(fixture.Own, TestContext.Current.CancellationToken);
        var settings = Prickle.Sql.Running.SandboxSettings.Running(scope, new SqlOptions(), 100);
        async Task<string> SendAsync(string sql)
        {
            using var response = await fixture.Events.Store.SendAsync(sql, settings, TestContext.Current.CancellationToken);
            return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }

        (await SendAsync($"SELECT DISTINCT project_id FROM {fixture.ProductDatabase}.events")).ShouldBe("[\"project_id\"]\n[\"UInt32\"]\n[7]\n");
        (await SendAsync($"SELECT count() FROM {fixture.OtherDatabase}.events")).ShouldBe("[\"count()\"]\n[\"UInt64\"]\n[0]\n");
        (await SendAsync("SET max_threads = 1")).ShouldContain("READONLY");
        (await SendAsync("SELECT 1 SETTINGS additional_table_filters = {}")).ShouldContain("READONLY");
        (await SendAsync("SELECT * FROM url('http://127.0.0.1:9/', 'LineAsString')")).ShouldContain("READONLY");
        (await SendAsync("CREATE TEMPORARY TABLE x (a UInt8)")).ShouldContain("READONLY");
        (await SendAsync($"INSERT INTO {fixture.ProductDatabase}.events (project_id) SELECT 7")).ShouldContain("READONLY");
    }

    string Filled(string text) => text.Replace("OWN", fixture.OwnDatabase, StringComparison.Ordinal)
        .Replace("OTHER", fixture.OtherDatabase, StringComparison.Ordinal)
        .Replace("MAIN", fixture.ProductDatabase, StringComparison.Ordinal);
}
