using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Insights;
using Prickle.Insights.Running;
using Prickle.Tests.Engine;

namespace Prickle.Tests.Insights;

public sealed class QueryServiceTests(EngineFixture engine) : IAsyncLifetime
{
    readonly InsightStore _store = new(engine);

    public ValueTask InitializeAsync() => _store.InitializeAsync();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static readonly TrendsQuery Week = new() { Series = [new EventsNode { Event = "buy" }] };

    // Ninety days: such an answer is fresh for a quarter of an hour.
    static readonly TrendsQuery Quarter = Week with { DateRange = new QueryRange("-90d") };

    static double TotalOf(InsightAnswer answer) => ((TrendsResult)answer.Result).Series[0].Total;

    async Task<InsightAnswer> AskAsync(IInsightQueries queries, InsightQuery query, Refresh refresh = Refresh.BlockingIfStale) =>
        (await queries.AskAsync(_store.Project, query, refresh, Cancellation)).Match(answer => answer, refusal => throw new InvalidOperationException(refusal.Detail));

    [Fact]
    public async Task The_same_question_is_answered_from_the_cache_with_its_time_until_a_refresh_is_forced()
    {
        await _store.HappenAsync("ann 2026-03-01T10:00 buy");
        var queries = _store.NewQueries();
        var first = await AskAsync(queries, Quarter);
        await _store.HappenAsync("ann 2026-03-01T11:00 buy");
        _store.Time.Advance(TimeSpan.FromMinutes(1));

        var again = await AskAsync(queries, Quarter with { Series = [new EventsNode { Event = "buy" }] });
        var forced = await AskAsync(queries, Quarter, Refresh.Force);

        (first.IsCached, again.IsCached, forced.IsCached).ShouldBe((false, true, false));
        (TotalOf(again), again.ComputedAt).ShouldBe((1, first.ComputedAt));
        (TotalOf(forced), forced.ComputedAt).ShouldBe((2, first.ComputedAt + TimeSpan.FromMinutes(1)));
        (first.NextRefreshAt - first.ComputedAt).ShouldBe(TimeSpan.FromMinutes(15));
    }

    [Fact]
    public async Task An_answer_grows_stale_sooner_for_hours_and_short_periods()
    {
        await _store.HappenAsync("ann 2026-03-01T10:00 buy");
        var queries = _store.NewQueries();
        var hours = Quarter with { Interval = Interval.Hour };
        (await AskAsync(queries, hours)).ShouldSatisfyAllConditions(answer => (answer.NextRefreshAt - answer.ComputedAt).ShouldBe(TimeSpan.FromMinutes(3)));
        await AskAsync(queries, Quarter);
        await _store.HappenAsync("ann 2026-03-01T11:00 buy");
        _store.Time.Advance(TimeSpan.FromMinutes(4));

        (TotalOf(await AskAsync(queries, hours)), TotalOf(await AskAsync(queries, Quarter))).ShouldBe((2, 1));
        _store.Time.Advance(TimeSpan.FromMinutes(12));
        // Stale, yet good enough for whoever wants the cache alone.
        (TotalOf(await AskAsync(queries, Quarter, Refresh.CacheOnly)), TotalOf(await AskAsync(queries, Quarter))).ShouldBe((1, 2));
    }

    [Fact]
    public async Task What_has_not_begun_is_looked_at_again_soon()
    {
        var queries = _store.NewQueries();
        (TotalOf(await AskAsync(queries, Quarter)), TotalOf(await AskAsync(queries, Quarter with { DateRange = new("2026-01-01", "2026-02-28") }))).ShouldBe((0, 0));
        await _store.HappenAsync("""
            ann 2026-03-01T14:00 buy
            ann 2026-02-28T14:00 buy
            """);
        _store.Time.Advance(TimeSpan.FromSeconds(11));

        // The period that reaches now is asked about again; what is over stays as it was.
        (TotalOf(await AskAsync(queries, Quarter)), TotalOf(await AskAsync(queries, Quarter with { DateRange = new("2026-01-01", "2026-02-28") }))).ShouldBe((2, 0));
        // Now that there is something, it is kept as usual.
        await _store.HappenAsync("ann 2026-03-01T14:10 buy");
        _store.Time.Advance(TimeSpan.FromMinutes(1));
        TotalOf(await AskAsync(queries, Quarter)).ShouldBe(2);
    }

    [Fact]
    public async Task In_the_first_hour_of_a_project_answers_follow_what_arrives()
    {
        await _store.HappenAsync("ann 2026-03-01T10:00 buy");
        _store.Project = _store.Project with { CreatedAt = _store.Time.GetUtcNow().AddMinutes(-50) };
        var queries = _store.NewQueries();
        var first = await AskAsync(queries, Quarter);
        (first.NextRefreshAt - first.ComputedAt).ShouldBe(TimeSpan.FromSeconds(10));
        _store.Time.Advance(TimeSpan.FromMinutes(11));
        // An hour and a minute: as usual.
        var later = await AskAsync(queries, Quarter);
        (later.NextRefreshAt - later.ComputedAt).ShouldBe(TimeSpan.FromMinutes(15));
    }

    [Fact]
    public async Task A_link_shows_an_answer_for_half_an_hour()
    {
        await _store.HappenAsync("ann 2026-03-01T10:00 buy");
        var queries = _store.NewQueries();
        var first = await AskAsync(queries, Quarter, Refresh.Shared);
        await _store.HappenAsync("ann 2026-03-01T11:00 buy");
        _store.Time.Advance(TimeSpan.FromMinutes(29));

        var kept = await AskAsync(queries, Quarter, Refresh.Shared);
        (TotalOf(kept), kept.NextRefreshAt).ShouldBe((1, first.ComputedAt + TimeSpan.FromMinutes(30)));
        _store.Time.Advance(TimeSpan.FromMinutes(2));
        TotalOf(await AskAsync(queries, Quarter, Refresh.Shared)).ShouldBe(2);
    }

    [Fact]
    public async Task Another_zone_project_or_filter_is_another_question()
    {
        await _store.HappenAsync("ann 2026-03-01T10:00 buy");
        var queries = _store.NewQueries();
        await AskAsync(queries, Quarter);

        _store.Project = _store.Project with { TimeZone = "Asia/Tokyo" };
        (await AskAsync(queries, Quarter)).IsCached.ShouldBeFalse();
        _store.Project = _store.Project with { Id = 8 };
        (await AskAsync(queries, Quarter)).ShouldSatisfyAllConditions(answer => answer.IsCached.ShouldBeFalse(), answer => TotalOf(answer).ShouldBe(0));
        (await queries.AskAsync(_store.Project, Week, Refresh.CacheOnly, Cancellation)).Match(_ => RefusalReason.InvalidInput, refusal => refusal.Reason)
            .ShouldBe(RefusalReason.NotFound);
    }

    [Fact]
    public async Task Those_who_ask_the_same_at_once_share_one_computation()
    {
        await _store.HappenAsync("ann 2026-03-01T10:00 buy");
        var queries = _store.NewQueries();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => AskAsync(queries, Quarter))));

        // One object: whoever came late found it in the cache, with the same statements.
        answers.Select(answer => answer.Statements).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_answer_says_why_it_is_so()
    {
        await _store.HappenAsync("ann 2026-03-01T10:00 buy");

        var answer = await _store.AnswerAsync(Week);

        var statement = answer.Statements.ShouldHaveSingleItem();
        statement.Sql.ShouldContain("event = {p");
        statement.Sql.ShouldNotContain("dictGet", Case.Sensitive, "nobody was merged: no look-up for each event");
        statement.Parameters.ShouldContain(parameter => parameter.Value == "buy");
        answer.Cost.RowsRead.ShouldBe(1);
        (answer.TimeZone, answer.From).ShouldBe(("UTC", new DateTimeOffset(2026, 2, 22, 0, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public async Task All_of_time_begins_with_the_first_event()
    {
        await _store.HappenAsync("""
            ann 2026-02-27T10:00 buy
            ann 2026-02-26T23:00 see
            """);

        (await _store.AskAsync<TrendsResult>(Week with { DateRange = new QueryRange("all") })).Days[0].ShouldBe("2026-02-26");
        _store.Project = _store.Project with { Id = 999 };
        (await _store.AskAsync<TrendsResult>(Week with { DateRange = new QueryRange("all") })).Days.ShouldBe(["2026-03-01"]);
    }

    [Fact]
    public async Task A_question_that_would_read_too_much_is_refused_in_words()
    {
        await _store.HappenAsync(string.Join('\n', Enumerable.Range(0, 50).Select(index => $"u{index} 2026-03-01T10:00 buy")));
        _store.Limits = new InsightLimits { MostRows = 10 };

        var refusal = await _store.RefusalAsync(Week);

        (refusal.Reason, refusal.Detail).ShouldBe((RefusalReason.TooExpensive, "The question would read too much. Choose a shorter period, or a sample."));
    }

    [Fact]
    public async Task A_question_waits_for_its_turn_but_not_for_ever()
    {
        await _store.HappenAsync("ann 2026-03-01T10:00 buy");
        _store.Limits = new InsightLimits { AtOnce = 1, LongestWait = TimeSpan.FromMilliseconds(50) };
        var queries = _store.NewQueries(new SlowQuestion());
        using var stop = new CancellationTokenSource();
        var running = queries.AskAsync(_store.Project, Slow, Refresh.Force, stop.Token);
        await UntilAsync(async () => await SlowOnesAsync() == 1);

        (await queries.AskAsync(_store.Project, Week, Refresh.Force, Cancellation)).Match(_ => RefusalReason.InvalidInput, refusal => refusal.Reason)
            .ShouldBe(RefusalReason.Throttled);

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
        // The turn is free as soon as the stopped question has let go of it.
        await UntilAsync(async () => (await queries.AskAsync(_store.Project, Week, Refresh.Force, Cancellation)).Match(_ => true, _ => false));
    }

    [Fact]
    public async Task A_question_nobody_waits_for_any_more_is_stopped_in_the_engine()
    {
        await _store.HappenAsync("ann 2026-03-01T10:00 buy");
        var queries = _store.NewQueries(new SlowQuestion());
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var asked = new[] { queries.AskAsync(_store.Project, Slow, Refresh.Force, first.Token), queries.AskAsync(_store.Project, Slow, Refresh.Force, second.Token) };
        await UntilAsync(async () => await SlowOnesAsync() == 1);

        await first.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => asked[0]);
        // The other one still waits for it.
        (await SlowOnesAsync()).ShouldBe(1);
        await second.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => asked[1]);
        await UntilAsync(async () => await SlowOnesAsync() == 0);
    }

    [Fact]
    public async Task A_question_under_way_says_how_many_rows_it_has_read()
    {
        await _store.HappenAsync("ann 2026-03-01T10:00 buy");
        var queries = _store.NewQueries(new SlowQuestion());
        (await queries.ProgressAsync(_store.Project, Slow, Cancellation)).ShouldBeNull();
        using var given = new CancellationTokenSource();
        var asked = queries.AskAsync(_store.Project, Slow, Refresh.Force, given.Token);
        QueryProgress? progress = null;

        await UntilAsync(async () => (progress = await queries.ProgressAsync(_store.Project, Slow, Cancellation)) is { RowsRead: > 0 });

        // It reads 400 numbers, five a second.
        progress!.RowsRead.ShouldBeLessThan(400);
        progress.RowsExpected.ShouldBeInRange(progress.RowsRead, 400);
        (await queries.ProgressAsync(_store.Project, Week, Cancellation)).ShouldBeNull("another question");
        (await queries.ProgressAsync(_store.Project with { Id = 999_999 }, Slow, Cancellation)).ShouldBeNull("another project");
        await given.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => asked);
        await UntilAsync(async () => await queries.ProgressAsync(_store.Project, Slow, Cancellation) is null);
    }

    [Fact]
    public async Task A_question_that_takes_too_long_is_refused_in_words()
    {
        await _store.HappenAsync("ann 2026-03-01T10:00 buy");
        _store.Limits = new InsightLimits { LongestRun = TimeSpan.FromSeconds(1) };

        var refusal = (await _store.NewQueries(new SlowQuestion()).AskAsync(_store.Project, Slow, Refresh.Force, Cancellation))
            .Match(_ => throw new InvalidOperationException("It was answered."), refusal => refusal);

        (refusal.Reason, refusal.Detail.Split('.')[0]).ShouldBe((RefusalReason.TooExpensive, "The question took too long"));
    }

    [Fact]
    public async Task Filters_of_the_project_that_cannot_be_read_are_named()
    {
        _store.Project = _store.Project with { TestAccountFilters = """[{"key":"a","operator":"resembles"}]""" };

        (await _store.RefusalAsync(Week with { FilterTestAccounts = true })).Attribute.ShouldBe("test_account_filters");
    }

    async Task<long> SlowOnesAsync() =>
        Convert.ToInt64(await _store.Store.ScalarAsync($"SELECT count() FROM system.processes WHERE query LIKE '%{SlowQuestion.Mark}%' AND query NOT LIKE '%system.processes%'"), null);

    static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    static readonly TrendsQuery Slow = Week with { Series = [new EventsNode { Event = SlowQuestion.Mark }] };

    /// <summary>Sleeps for eighty seconds in small steps, if asked about an event of its name; any other question is answered at once.</summary>
    sealed class SlowQuestion : Question<TrendsQuery>
    {
        public const string Mark = "slow_question";

        public override Refusal? Check(TrendsQuery query) => null;

        public override Interval IntervalOf(TrendsQuery query) => Interval.Day;

        public override IEnumerable<EntityNode> EntitiesOf(TrendsQuery query) => [];

        public override async Task<InsightResult> AnswerAsync(TrendsQuery query, QueryScope scope, CancellationToken cancellationToken)
        {
            if (query.Series[0] is EventsNode { Event: Mark })
            {
                await scope.AskAsync(
                    $"SELECT count() AS {Mark} FROM numbers(400) WHERE sleepEachRow(0.2) = 0 SETTINGS max_block_size = 1", new SqlBuilder(), row => row.GetValue(0), cancellationToken);
            }
            return new TrendsResult([], [], Interval.Day, false);
        }

        public override Outcome<string> Actors(TrendsQuery query, ActorsSelection selection, QueryScope scope, SqlBuilder sql) => "";
    }
}
