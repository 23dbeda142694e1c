using System.Text.Json;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Filters;
using Prickle.Sql;
using Prickle.Tests.Events;

namespace Prickle.Tests.Sql;

/// <summary>What statements see and what bounds them. The rows are those of <see cref="SandboxFixture"/>.</summary>
public sealed class SqlRunningTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("SELECT DISTINCT properties.$browser FROM events ORDER BY 1", """[["Chrome"],["Firefox"]]""")]
    [InlineData("SELECT DISTINCT properties['$browser'] AS b FROM events ORDER BY b", """[["Chrome"],["Firefox"]]""")]
    [InlineData("SELECT properties.`plan.name` FROM events WHERE properties.`plan.name` IS NOT NULL", """[["gold"]]""")]
    [InlineData("SELECT properties['odd key'] FROM events WHERE properties['odd key'] IS NOT NULL", """[["x"]]""")]
    [InlineData("SELECT e.properties.$browser AS b, count() FROM events AS e GROUP BY b ORDER BY b", """[["Chrome",1],["Firefox",2]]""")]
    // 5 + 7.5; "abc" is no number.
    [InlineData("SELECT sum(toFloat64OrNull(toString(properties.amount))) FROM events", "[[12.5]]")]
    // Ann has two events and the plan pro, bob one and free.
    [InlineData("SELECT toString(person.properties.plan) AS plan, count() FROM events GROUP BY plan ORDER BY plan", """[["free",1],["pro",2]]""")]
    [InlineData("SELECT count() FROM OWN.events AS e WHERE e.person.properties.plan = 'pro'", "[[2]]")]
    [InlineData("SELECT events.event FROM events WHERE person.properties.plan = 'free'", """[["opened"]]""")]
    [InlineData("SELECT count() FROM events JOIN persons ON persons.id = events.person_id WHERE persons.properties.plan = 'pro'", "[[2]]")]
    [InlineData("SELECT distinct_id FROM person_distinct_ids ORDER BY distinct_id", """[["ann"],["bob"]]""")]
    [InlineData("SELECT count() FROM groups", "[[0]]")]
    [InlineData("SELECT count() FROM sessions", "[[0]]")]
    public async Task The_tables_hold_what_was_captured(string statement, string rows) =>
        (await fixture.RowsAsync(statement.Replace("OWN", fixture.OwnDatabase, StringComparison.Ordinal))).ShouldBe(rows);

    [Fact]
    public async Task Times_are_in_the_zone_of_the_project()
    {
        // Stored a minute before 14:30 UTC on 1 March: 15:29 in Berlin, whose winter time is an hour ahead.
        (await fixture.RowsAsync("SELECT DISTINCT toString(toStartOfMinute(timestamp)), toHour(timestamp) FROM events"))
            .ShouldBe("""[["2026-03-01 15:29:00",15]]""");
        // A text is read in that zone as well.
        (await fixture.RowsAsync("SELECT count() FROM events WHERE timestamp >= '2026-03-01 15:29:00' AND timestamp < '2026-03-01 15:30:00'")).ShouldBe("[[3]]");
        (await fixture.RowsAsync("SELECT toUnixTimestamp(toDateTime('2026-07-01 00:00:00'))")).ShouldBe("[[1782856800]]");
    }

    [Fact]
    public async Task A_changed_time_zone_makes_the_views_anew()
    {
        var moved = fixture.Other with { TimeZone = "Asia/Tokyo" };

        var outcome = await fixture.Sandbox.RunAsync(moved, new SqlRequest("SELECT toHour(timestamp) FROM events"), Cancellation);

        // 14:29 UTC is 23:29 in Tokyo.
        JsonSerializer.Serialize(((SqlOutcome<SqlAnswer>.Done)outcome).Value.Results).ShouldBe("[[23]]");
    }

    [Fact]
    public async Task Merged_persons_are_one_person()
    {
        await fixture.Events.OverrideAsync("bob", EventStore.PersonOf("ann"));
        try
        {
            (await fixture.RowsAsync("SELECT uniqExact(person_id), count() FROM events")).ShouldBe("[[1,3]]");
            (await fixture.RowsAsync("SELECT uniqExact(person_id) FROM person_distinct_ids")).ShouldBe("[[1]]");
        }
        finally
        {
            await fixture.Events.Store.ExecuteAsync("TRUNCATE TABLE person_override_rows", cancellationToken: Cancellation);
            await fixture.Events.Store.ExecuteAsync("SYSTEM RELOAD DICTIONARY person_overrides", cancellationToken: Cancellation);
        }
    }

    [Fact]
    public async Task Without_a_limit_of_its_own_a_statement_gives_a_hundred_rows_and_says_so()
    {
        var cut = await fixture.AnswerAsync(new SqlRequest("SELECT number FROM numbers(101)"));
        cut.Results.Count.ShouldBe(100);
        cut.LimitApplied.ShouldBe(100);

        var whole = await fixture.AnswerAsync(new SqlRequest("SELECT number FROM numbers(100)"));
        whole.Results.Count.ShouldBe(100);
        whole.LimitApplied.ShouldBeNull();

        (await fixture.AnswerAsync(new SqlRequest("SELECT number FROM numbers(500) LIMIT 300"))).Results.Count.ShouldBe(300);
        (await fixture.AnswerAsync(new SqlRequest("SELECT number FROM numbers(500) LIMIT 300 BY number"))).Results.Count.ShouldBe(100);
        (await fixture.AnswerAsync(new SqlRequest("SELECT number FROM (SELECT number FROM numbers(500) LIMIT 300)"))).Results.Count.ShouldBe(100);
        (await fixture.AnswerAsync(new SqlRequest("SELECT number FROM numbers(500)") { Limit = 200 })).Results.Count.ShouldBe(200);
        (await fixture.AnswerAsync(new SqlRequest("SELECT 1 AS n UNION ALL SELECT number FROM numbers(500)"))).Results.Count.ShouldBe(100);
    }

    [Fact]
    public async Task The_cap_holds_whatever_is_asked_and_the_operator_may_raise_it()
    {
        var answer = await fixture.AnswerAsync(new SqlRequest("SELECT number FROM numbers(60000) LIMIT 60000"));
        answer.Results.Count.ShouldBe(50_000);
        answer.LimitApplied.ShouldBe(50_000);

        var raised = await fixture.AnswerAsync(
            new SqlRequest("SELECT number FROM numbers(60000) LIMIT 60000"), fixture.NewSandbox(new SqlOptions { MaximumRows = 70_000 }));
        raised.Results.Count.ShouldBe(60_000);
        raised.LimitApplied.ShouldBeNull();
    }

    [Fact]
    public async Task An_answer_says_what_it_cost()
    {
        var answer = await fixture.AnswerAsync(new SqlRequest("SELECT event, count() AS n FROM events GROUP BY event ORDER BY event"));

        answer.Columns.ShouldBe(["event", "n"]);
        answer.Types.ShouldBe(["LowCardinality(String)", "UInt64"]);
        JsonSerializer.Serialize(answer.Results).ShouldBe("""[["closed",1],["opened",2]]""");
        // All three rows of the project; the engine reads whole granules, hence perhaps the other project's one too.
        answer.RowsRead.ShouldBeInRange(3, 4);
        answer.BytesRead.ShouldBeGreaterThan(0);
        answer.ElapsedMs.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Null_and_odd_numbers_stay_what_they_are() =>
        (await fixture.RowsAsync("SELECT NULL, nan, 18446744073709551615, 'é\\n', [1, 2], true"))
            .ShouldBe(JsonSerializer.Serialize(new object?[][] { [null, "nan", 18446744073709551615, "é\n", new[] { 1, 2 }, true] }));

    [Theory]
    [InlineData("x' OR 1 = 1 --")]
    [InlineData("\\' OR 1 = 1 --")]
    [InlineData("'); DROP TABLE events; --")]
    [InlineData("{variables.x}")]
    [InlineData("tab\tnewline\nback\\slash\0null")]
    [InlineData("${jndi}")]
    public async Task A_variable_stays_a_value(string evil)
    {
        (await fixture.RowsAsync("SELECT {variables.x}", Text("x", evil))).ShouldBe(JsonSerializer.Serialize(new[] { new[] { evil } }));
        (await fixture.RowsAsync("SELECT count() FROM events WHERE event = {variables.x}", Text("x", evil))).ShouldBe("[[0]]");
        (await fixture.RowsAsync("SELECT arrayElement({variables.x}, 1)", new SqlVariable("x", SqlVariableType.List, JsonSerializer.SerializeToElement(new[] { evil }))))
            .ShouldBe(JsonSerializer.Serialize(new[] { new[] { evil } }));
    }

    [Theory]
    [InlineData(SqlVariableType.Number, "5", "[[6]]", "{variables.x} + 1")]
    [InlineData(SqlVariableType.Number, "2.5", "[[3.5]]", "{variables.x} + 1")]
    [InlineData(SqlVariableType.Boolean, "true", "[[false]]", "NOT {variables.x}")]
    [InlineData(SqlVariableType.List, "[\"ann\",\"mallory\"]", "[[2]]", "(SELECT count() FROM events WHERE distinct_id IN {variables.x})")]
    [InlineData(SqlVariableType.List, "[1,2]", "[[1]]", "2 IN {variables.x}")]
    [InlineData(SqlVariableType.Date, "\"2026-03-01\"", "[[3]]", "(SELECT count() FROM events WHERE toDate(timestamp) = {variables.x})")]
    public async Task A_variable_has_its_type(SqlVariableType type, string value, string rows, string expression)
    {
        var json = JsonElement.Parse(value);
        (await fixture.RowsAsync($"SELECT {expression}", new SqlVariable("x", type, json))).ShouldBe(rows);
        (await fixture.RowsAsync($"SELECT {expression}", new SqlVariable("x", type, null, Default: json))).ShouldBe(rows);
    }

    [Fact]
    public async Task A_variable_that_is_missing_or_of_another_type_is_refused_by_its_name()
    {
        var missing = await fixture.RefusalAsync("SELECT\n  {variables.plan}");
        (missing.Reason, missing.Line, missing.Column).ShouldBe((SqlRefusalReason.InvalidVariable, 2, 14));
        missing.Detail.ShouldContain("plan");

        var misfit = await fixture.RefusalAsync(new SqlRequest("SELECT {variables.n}") { Variables = [new("n", SqlVariableType.Number, JsonElement.Parse("\"many\""))] });
        misfit.Detail.ShouldBe("The variable n takes a number, not many.");
    }

    [Fact]
    public async Task Braces_within_texts_and_comments_are_left_alone() =>
        (await fixture.RowsAsync("SELECT '{variables.x} properties[''a'']' /* {variables.y} */ -- {filters}")).ShouldBe("""[["{variables.x} properties['a']"]]""".Replace("'", "\\u0027"));

    [Fact]
    public async Task Filters_of_the_page_take_their_place()
    {
        var request = new SqlRequest("SELECT count() FROM events WHERE {filters}");
        (await fixture.AnswerAsync(request)).Results[0][0].GetInt32().ShouldBe(3);

        var filtered = request with { Filters = new() { Properties = new FilterGroup(FilterJoin.Or, [new PropertyFilter("amount", "exact", ["abc"]), new PropertyFilter("plan.name", "exact", ["gold", "it's"])]) } };
        // Bob's opened and ann's.
        (await fixture.AnswerAsync(filtered)).Results[0][0].GetInt32().ShouldBe(2);
        // Where a statement has no place for them, it is not filtered.
        (await fixture.AnswerAsync(filtered with { Statement = "SELECT count() FROM events" })).Results[0][0].GetInt32().ShouldBe(3);
    }

    [Theory]
    [InlineData("SELECT *\nFRM events", 2, 5)]
    [InlineData("SELECT event\nFROM events\nWHERE nope = 1", 3, 7)]
    [InlineData("SELECT\n  foo(1)", 2, 3)]
    [InlineData("SELECT 1 FROM missing", 1, 15)]
    [InlineData("SELECT 'é', 1 +\n  FROM events", 2, 3)]
    [InlineData("SELECT (1", 1, 8)]
    [InlineData("SELECT 1,\n  file('/etc/passwd')", 2, 3)]
    public async Task An_error_says_where(string statement, int line, int column)
    {
        var refusal = await fixture.RefusalAsync(statement);

        (refusal.Line, refusal.Column).ShouldBe((line, column), refusal.Detail);
        refusal.Detail.Length.ShouldBeLessThan(300);
        refusal.Detail.ShouldNotContain("DB::Exception");
    }

    [Fact]
    public async Task What_takes_too_long_is_stopped()
    {
        var refusal = await fixture.RefusalAsync(
            new SqlRequest(Forever), fixture.NewSandbox(new SqlOptions { TimeoutSeconds = 1 }));

        (refusal.Reason, refusal.Detail).ShouldBe((SqlRefusalReason.TimedOut,
            "The statement took longer than 1 seconds and was stopped. Narrow the time range or read fewer columns."));
    }

    [Fact]
    public async Task What_reads_too_much_is_stopped() =>
        (await fixture.RefusalAsync(
            new SqlRequest("SELECT max(number) FROM numbers(2000000)"), fixture.NewSandbox(new SqlOptions { MaximumRowsToRead = 1_000_000 })))
            .Reason.ShouldBe(SqlRefusalReason.ReadsTooMuch);

    [Fact]
    public async Task What_needs_too_much_memory_is_stopped() =>
        (await fixture.RefusalAsync(
            new SqlRequest("SELECT length(groupArray(number)) FROM numbers(100000000)"), fixture.NewSandbox(new SqlOptions { MaximumMemoryBytes = 64 << 20 })))
            .Reason.ShouldBe(SqlRefusalReason.OutOfMemory);

    [Fact]
    public async Task A_heavy_statement_runs_only_when_that_was_confirmed()
    {
        var sandbox = fixture.NewSandbox(new SqlOptions { HeavyRows = 1 });
        var request = new SqlRequest("SELECT count() FROM events WHERE distinct_id != ''");

        var refusal = await fixture.RefusalAsync(request, sandbox);
        refusal.Reason.ShouldBe(SqlRefusalReason.NeedsConfirmation);
        refusal.EstimatedRows.ShouldNotBeNull().ShouldBeInRange(3, 4);

        (await fixture.AnswerAsync(request with { Confirm = true }, sandbox)).Results[0][0].GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task One_project_runs_so_many_statements_at_a_time()
    {
        var sandbox = fixture.NewSandbox(new SqlOptions { ConcurrentPerProject = 1, WaitSeconds = 0 });
        var running = sandbox.RunAsync(fixture.Own, Endless("slow"), Cancellation);
        await UntilAsync(async () => await sandbox.ProgressAsync(fixture.Own.Id, "slow", Cancellation) is not null);

        (await fixture.RefusalAsync(new SqlRequest("SELECT 1"), sandbox)).Reason.ShouldBe(SqlRefusalReason.Busy);
        var other = await sandbox.RunAsync(fixture.Other, new SqlRequest("SELECT 1"), Cancellation);
        other.ShouldBeOfType<SqlOutcome<SqlAnswer>.Done>();

        await sandbox.CancelAsync(fixture.Own.Id, "slow", Cancellation);
        ((SqlOutcome<SqlAnswer>.Refused)await running).Refusal.Reason.ShouldBe(SqlRefusalReason.Cancelled);
        (await fixture.AnswerAsync(new SqlRequest("SELECT 1"), sandbox)).Results.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_cancelled_statement_is_gone_from_the_engine()
    {
        var running = fixture.Sandbox.RunAsync(fixture.Own, Endless("to-cancel"), Cancellation);
        await UntilAsync(async () => await RunningAsync("to-cancel"));
        (await fixture.Sandbox.ProgressAsync(fixture.Own.Id, "to-cancel", Cancellation)).ShouldNotBeNull().ElapsedMs.ShouldBeGreaterThan(0);
        (await fixture.Sandbox.ProgressAsync(fixture.Other.Id, "to-cancel", Cancellation)).ShouldBeNull();

        await fixture.Sandbox.CancelAsync(fixture.Own.Id, "to-cancel", Cancellation);

        ((SqlOutcome<SqlAnswer>.Refused)await running).Refusal.Reason.ShouldBe(SqlRefusalReason.Cancelled);
        await UntilAsync(async () => !await RunningAsync("to-cancel"));
    }

    [Fact]
    public async Task A_caller_who_goes_away_takes_the_statement_along()
    {
        using var leaving = new CancellationTokenSource();
        var running = fixture.Sandbox.RunAsync(fixture.Own, Endless("left"), leaving.Token);
        await UntilAsync(async () => await RunningAsync("left"));

        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running);
        await UntilAsync(async () => !await RunningAsync("left"));
    }

    [Fact]
    public async Task A_download_has_every_row_up_to_the_cap()
    {
        var opened = await fixture.Sandbox.StreamAsync(fixture.Own, new SqlRequest("SELECT number FROM numbers(60000)"), Cancellation);
        await using var result = ((SqlOutcome<SqlResult>.Done)opened).Value;
        var (count, sum) = (0, 0L);
        await foreach (var row in result.ReadAsync(Cancellation))
        {
            count++;
            sum += row[0].GetInt64();
        }

        // 0 + 1 + … + 49,999 = 50,000 × 49,999 / 2.
        (count, sum).ShouldBe((50_000, 1_249_975_000));
        result.IsCut.ShouldBeTrue();
    }

    [Fact]
    public async Task Explain_shows_the_plan_and_check_the_cost()
    {
        ((SqlOutcome<string>.Done)await fixture.Sandbox.ExplainAsync(fixture.Own, new SqlRequest("SELECT count() FROM events WHERE event = 'opened'"), Cancellation))
            .Value.ShouldContain("Aggregating");
        var estimate = ((SqlOutcome<SqlEstimate>.Done)await fixture.Sandbox.CheckAsync(
            fixture.Own, new SqlRequest("SELECT {variables.a} FROM events") { Variables = [Text("a", "x")] }, Cancellation)).Value;
        (estimate.IsHeavy, string.Join(' ', estimate.Variables)).ShouldBe((false, "a"));
        estimate.EstimatedRows.ShouldBeInRange(3, 4);
    }

    [Theory]
    [InlineData("properties.$browser", "properties.$browser")]
    [InlineData("properties['a.b'] = 'x'", "properties.`a%2Eb` = 'x'")]
    [InlineData("toFloat64OrNull(toString(properties.amount)) > 5", "toFloat64OrNull(toString(properties.amount)) > 5")]
    public async Task An_expression_is_checked_and_spelled_for_the_engine(string expression, string sql) =>
        (await fixture.Sandbox.CheckExpressionAsync(fixture.Own, expression, ExpressionPlace.Event, Cancellation)).ShouldBe(new SqlOutcome<string>.Done(sql));

    [Theory]
    [InlineData("(SELECT 1)")]
    [InlineData("event IN (SELECT event FROM events)")]
    [InlineData("event IN events")]
    [InlineData("in(event, events)")]
    [InlineData("1) FROM events --")]
    [InlineData("1 -- ")]
    [InlineData("1), (2")]
    [InlineData("1) UNION ALL SELECT (2")]
    [InlineData("file('/etc/passwd')")]
    [InlineData("dictGet('x', 'y', 1)")]
    [InlineData("nope")]
    [InlineData("{variables.x}")]
    [InlineData("(toUInt32(2) AS project_id) = 2")]
    [InlineData("(toUInt32(2) project_id) = 2")]
    [InlineData("count() > 1")]
    [InlineData("sumIf(1, event = 'opened')")]
    [InlineData("row_number() OVER ()")]
    public async Task An_expression_reads_nothing_but_its_row(string expression)
    {
        var outcome = await fixture.Sandbox.CheckExpressionAsync(fixture.Own, expression, ExpressionPlace.Event, Cancellation);

        outcome.ShouldBeOfType<SqlOutcome<string>.Refused>();
    }

    [Theory]
    [InlineData("sum(properties.amount) / count()", "sum(toFloat64OrNull(toString(properties.amount))) / count()")]
    [InlineData("quantile(0.9)(properties.`odd key`)", "quantile(0.9)(toFloat64OrNull(toString(properties.`odd key`)))")]
    [InlineData("uniq(properties.plan) + countIf(event = 'opened')", "uniq(properties.plan) + countIf(event = 'opened')")]
    [InlineData("avg(length(properties.plan::String))", "avg(length(properties.plan::String))")]
    public async Task An_aggregate_adds_up_what_is_a_number(string expression, string sql) =>
        (await fixture.Sandbox.CheckExpressionAsync(fixture.Own, expression, ExpressionPlace.Aggregate, Cancellation)).ShouldBe(new SqlOutcome<string>.Done(sql));

    [Theory]
    [InlineData("properties.amount")]
    [InlineData("1")]
    [InlineData("count() + toFloat64OrNull(toString(properties.amount))")]
    [InlineData("(SELECT count() FROM events)")]
    [InlineData("sum(length(file('/etc/passwd')))")]
    [InlineData("count() AS project_id")]
    [InlineData("count() OVER ()")]
    [InlineData("count()) FROM system.tables --")]
    [InlineData("countIf(event IN events)")]
    [InlineData("count(), sum(1)) + (1")]
    [InlineData("countIf(dictGet('person_overrides', 'person_id', (1, 'x')) = generateUUIDv4())")]
    public async Task A_value_of_many_events_reads_nothing_but_those(string expression) =>
        (await fixture.Sandbox.CheckExpressionAsync(fixture.Own, expression, ExpressionPlace.Aggregate, Cancellation)).ShouldBeOfType<SqlOutcome<string>.Refused>();

    [Fact]
    public async Task An_expression_over_persons_sees_their_columns_alone()
    {
        (await fixture.Sandbox.CheckExpressionAsync(fixture.Own, "properties.plan = 'pro' AND is_identified", ExpressionPlace.Person, Cancellation)).ShouldBeOfType<SqlOutcome<string>.Done>();
        (await fixture.Sandbox.CheckExpressionAsync(fixture.Own, "event = 'opened'", ExpressionPlace.Person, Cancellation)).ShouldBeOfType<SqlOutcome<string>.Refused>();
    }

    [Fact]
    public async Task A_deleted_project_leaves_no_database()
    {
        var project = SandboxFixture.ProjectOf(9_001, "UTC");
        var scope = await fixture.Views.EnsureAsync(project, Cancellation);
        (await CountAsync(scope.Database)).ShouldBe(1);

        await fixture.Views.DeleteAsync(project.Id, Cancellation);
        await fixture.Views.DeleteAsync(project.Id, Cancellation);

        (await CountAsync(scope.Database)).ShouldBe(0);
    }

    async Task<int> CountAsync(string database) => Convert.ToInt32(
        await fixture.Events.Store.ScalarAsync("SELECT count() FROM system.databases WHERE name = {name:String}", [("name", database)], Cancellation),
        System.Globalization.CultureInfo.InvariantCulture);

    static SqlVariable Text(string name, string value) => new(name, SqlVariableType.String, JsonSerializer.SerializeToElement(value));

    // A million million pairs of few rows.
    const string Forever = "SELECT max(sipHash64(a.number + b.number)) FROM numbers(100000) AS a CROSS JOIN numbers(10000000) AS b";

    static SqlRequest Endless(string id) => new(Forever) { ClientQueryId = id, Confirm = true };

    // The engine marks its processes with the id of their caller.
    async Task<bool> RunningAsync(string id) => (await fixture.Events.Store.ListAsync(
        "SELECT 1 FROM system.processes WHERE startsWith(Settings['log_comment'], {id:String})", row => row.GetByte(0),
        [("id", $"sql-{fixture.Own.Id}-{id}")], cancellationToken: Cancellation)).Count > 0;

    static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        while (!await holds())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
