using System.Globalization;
using Prickle.Filters;
using Prickle.Insights;
using Prickle.Tests.Events;

namespace Prickle.Tests.Insights.Retention;

/// <summary>The rules of K6, through the query service and the real engine. Each test has a project of its own.</summary>
public sealed class RetentionQuestionTests : IClassFixture<InsightStore>
{
    static int lastProject = EventStore.Project;

    readonly InsightStore store;

    public RetentionQuestionTests(InsightStore store)
    {
        this.store = store;
        store.Project = store.Project with { Id = ++lastProject, TimeZone = "UTC", WeekStart = DayOfWeek.Sunday };
    }

    static RetentionQuery Of(RetentionFilter filter, string to = "2026-02-22") => new()
    {
        DateRange = new QueryRange("2026-02-01", to),
        RetentionFilter = filter with { TargetEntity = new EventsNode { Event = "visit" }, ReturningEntity = new EventsNode { Event = "come" } },
    };

    static readonly RetentionFilter Recurring = new() { RetentionType = RetentionKind.Recurring, TotalIntervals = 3 };
    static readonly RetentionFilter FirstTime = new() { RetentionType = RetentionKind.FirstTime, TotalIntervals = 3 };

    /// <summary>A row each: size, and what its cells hold.</summary>
    async Task<string[]> RowsAsync(RetentionQuery query) => [.. (await store.AskAsync<RetentionResult>(query)).Tables.Single().Rows.Select(Text)];

    static string Text(RetentionRow row) =>
        $"{row.Date[^2..]}: {row.Size} | {string.Join(' ', row.Cells.Select(cell => cell.Count.ToString(CultureInfo.InvariantCulture)))}";

    async Task<string> WhoAsync(RetentionQuery query, int row, int? interval, params string[] people) =>
        InsightStore.NamesOf(await store.ActorsAsync(query, new() { Row = row, Interval = interval }), people);

    Task ThreeDaysAsync() => store.HappenAsync("""
        d 2026-02-10T10:00 visit
        a 2026-02-20T10:00 visit {"$session_id":"s1"}
        b 2026-02-20T10:00 visit
        d 2026-02-20T10:00 visit
        a 2026-02-21T10:00 visit
        a 2026-02-21T11:00 come {"$session_id":"s2"}
        d 2026-02-21T11:00 come
        a 2026-02-22T11:00 come
        b 2026-02-22T11:00 come
        c 2026-02-22T10:00 visit
        """);

    [Fact]
    public async Task Recurring_puts_an_actor_in_the_cohort_of_every_interval_with_the_target()
    {
        // On the 20th a, b and d visit; a and d come on the 21st, a and b on the 22nd. On the 21st a visits again, and comes on the 22nd.
        await ThreeDaysAsync();
        var query = Of(Recurring);
        (await RowsAsync(query)).ShouldBe(["20: 3 | 3 2 2", "21: 1 | 1 1", "22: 1 | 1"]);
        (await WhoAsync(query, 0, null, "a", "b", "c", "d")).ShouldBe("a b d");
        (await WhoAsync(query, 0, 1, "a", "b", "c", "d")).ShouldBe("a d");
        (await WhoAsync(query, 0, 2, "a", "b", "c", "d")).ShouldBe("a b");
        (await WhoAsync(query, 2, 0, "a", "b", "c", "d")).ShouldBe("c");
        var returned = (await store.ActorsAsync(query, new() { Row = 0, Interval = 1 })).Actors.Single(actor => actor.Id == InsightStore.PersonOf("a").ToString());
        (returned.EventCount, string.Join(' ', returned.SessionIds)).ShouldBe((1, "s2"));
    }

    [Fact]
    public async Task First_time_looks_at_all_of_history()
    {
        // d visited on the 10th, before the table: in no cohort of it. a's visit of the 21st was not the first.
        await ThreeDaysAsync();
        var query = Of(FirstTime);
        (await RowsAsync(query)).ShouldBe(["20: 2 | 2 1 2", "21: 0 | 0 0", "22: 1 | 1"]);
        (await WhoAsync(query, 0, 0, "a", "b", "c", "d")).ShouldBe("a b");
    }

    [Fact]
    public async Task First_ever_occurrence_wants_the_very_first_event_to_fit()
    {
        // a's first visit is free, the second pro: first time of a pro visit on the 21st, but not the first visit ever. b's first is pro.
        await store.HappenAsync("""
            a 2026-02-20T10:00 visit {"plan":"free"}
            a 2026-02-21T10:00 visit {"plan":"pro"}
            b 2026-02-21T10:00 visit {"plan":"pro"}
            """);
        var pro = FilterGroup.All([new PropertyFilter("plan", "exact", ["pro"])]);
        RetentionQuery By(RetentionKind kind)
        {
            var query = Of(new() { RetentionType = kind, TotalIntervals = 3 });
            return query with { RetentionFilter = query.RetentionFilter with { TargetEntity = new EventsNode { Event = "visit", Properties = pro } } };
        }
        (await RowsAsync(By(RetentionKind.FirstTime))).ShouldBe(["20: 0 | 0 0 0", "21: 2 | 2 0", "22: 0 | 0"]);
        (await RowsAsync(By(RetentionKind.FirstEverOccurrence))).ShouldBe(["20: 0 | 0 0 0", "21: 1 | 1 0", "22: 0 | 0"]);
        // The same as a filter of the whole question.
        var global = Of(new() { RetentionType = RetentionKind.FirstEverOccurrence, TotalIntervals = 3 }) with { Properties = pro };
        (await RowsAsync(global)).ShouldBe(["20: 0 | 0 0 0", "21: 1 | 1 0", "22: 0 | 0"]);
    }

    [Fact]
    public async Task The_table_ends_with_the_interval_of_date_to_and_has_as_many_rows_as_intervals()
    {
        var rows = await RowsAsync(Of(Recurring with { TotalIntervals = 7 }, "2026-02-08"));
        rows.Select(row => row[..2]).ShouldBe(["02", "03", "04", "05", "06", "07", "08"]);
        (await RowsAsync(Of(Recurring with { TotalIntervals = 1 }))).ShouldBe(["22: 0 | 0"]);
    }

    [Fact]
    public async Task Percentages_relate_to_the_cohort_or_to_the_cell_before_and_means_are_simple_or_weighted()
    {
        // Rows 3 2 2, then 1 1, then 1 (see Recurring). To total: 66.7 and 66.7 %; 100 %. Mean of offset 1: simple (66.7 + 100) / 2 = 83.3,
        // weighted (2 + 1) / (3 + 1) = 75. To the cell before: the 2 of offset 2 are 100 % of the 2 of offset 1.
        await ThreeDaysAsync();
        var table = (await store.AskAsync<RetentionResult>(Of(Recurring))).Tables.Single();
        table.Rows[0].Cells.Select(cell => Math.Round(cell.Percent!.Value, 1)).ShouldBe([100, 66.7, 66.7]);
        table.Mean.Select(mean => Math.Round(mean!.Value, 1)).ShouldBe([100, 83.3, 66.7]);
        table = (await store.AskAsync<RetentionResult>(Of(Recurring with { MeanRetentionCalculation = "weighted" }))).Tables.Single();
        table.Mean.Select(mean => Math.Round(mean!.Value, 1)).ShouldBe([100, 75, 66.7]);
        table = (await store.AskAsync<RetentionResult>(Of(Recurring with { RetentionReference = "previous" }))).Tables.Single();
        table.Rows[0].Cells.Select(cell => Math.Round(cell.Percent!.Value, 1)).ShouldBe([100, 66.7, 100]);
    }

    [Fact]
    public async Task A_cell_whose_interval_is_not_over_is_incomplete_and_not_in_the_mean()
    {
        // It is the 1st of March, 14:30. Rows 27, 28 and 1: the cells that lie on the 1st are not over.
        await store.HappenAsync("""
            a 2026-02-27T10:00 visit
            a 2026-02-28T10:00 come
            b 2026-02-28T10:00 visit
            """);
        var table = (await store.AskAsync<RetentionResult>(Of(Recurring, "2026-03-01"))).Tables.Single();
        table.Rows.Select(row => string.Join(' ', row.Cells.Select(cell => cell.IsIncomplete ? "open" : "over"))).ShouldBe(["over over open", "over open", "open"]);
        // Offset 1: only that of the 27th is over, 1 of 1. Offset 2: none is.
        table.Mean.ShouldBe([100, 100, null]);
    }

    [Fact]
    public async Task Cumulative_counts_whoever_returned_then_or_later()
    {
        // Row 20: a last returned at 2, b at 2, d at 1: at 1 or later all three, at 2 two.
        await ThreeDaysAsync();
        var query = Of(Recurring with { Cumulative = true });
        (await RowsAsync(query)).ShouldBe(["20: 3 | 3 3 2", "21: 1 | 1 1", "22: 1 | 1"]);
        (await WhoAsync(query, 0, 1, "a", "b", "c", "d")).ShouldBe("a b d");
    }

    [Fact]
    public async Task Minimum_occurrences_are_counted_within_the_interval()
    {
        // a comes twice on the 21st; b once on the 21st and once on the 22nd.
        await store.HappenAsync("""
            a 2026-02-20T10:00 visit
            b 2026-02-20T10:00 visit
            a 2026-02-21T10:00 come
            a 2026-02-21T12:00 come
            b 2026-02-21T10:00 come
            b 2026-02-22T10:00 come
            """);
        (await RowsAsync(Of(FirstTime with { MinimumOccurrences = 2 }))).ShouldBe(["20: 2 | 2 1 0", "21: 0 | 0 0", "22: 0 | 0"]);
    }

    [Fact]
    public async Task Windows_of_24_hours_begin_with_each_actor()
    {
        // K-S12: a starts at 20:00 and comes 23 hours later, on the next day: interval 0. b comes after exactly 24 hours: interval 1.
        // c starts at 23:00 on the 20th and comes at 22:30 on the 22nd, after 47.5 hours: interval 1 as well.
        await store.HappenAsync("""
            a 2026-02-20T20:00 visit
            a 2026-02-21T19:00 come
            b 2026-02-20T20:00 visit
            b 2026-02-21T20:00 come
            c 2026-02-20T23:00 visit
            c 2026-02-22T22:30 come
            """);
        (await RowsAsync(Of(FirstTime))).ShouldBe(["20: 3 | 3 2 1", "21: 0 | 0 0", "22: 0 | 0"]);
        var rolling = Of(FirstTime with { TimeWindowMode = "24_hour_windows" });
        (await RowsAsync(rolling)).ShouldBe(["20: 3 | 3 2 0", "21: 0 | 0 0", "22: 0 | 0"]);
        (await WhoAsync(rolling, 0, 1, "a", "b", "c")).ShouldBe("b c");
        (await RowsAsync(Of(Recurring with { TimeWindowMode = "24_hour_windows" }))).ShouldBe(["20: 3 | 3 2 0", "21: 0 | 0 0", "22: 0 | 0"]);
    }

    [Fact]
    public async Task A_window_of_the_last_day_reaches_one_interval_beyond_the_table()
    {
        // Row 21, offset 1 is 20:00 on the 22nd to 20:00 on the 23rd, though the table ends with the 22nd.
        await store.HappenAsync("""
            a 2026-02-21T20:00 visit
            a 2026-02-23T10:00 come
            """);
        (await RowsAsync(Of(FirstTime with { TimeWindowMode = "24_hour_windows" }))).ShouldBe(["20: 0 | 0 0 0", "21: 1 | 1 1", "22: 0 | 0"]);
        (await RowsAsync(Of(FirstTime))).ShouldBe(["20: 0 | 0 0 0", "21: 1 | 1 0", "22: 0 | 0"]);
    }

    [Fact]
    public async Task Brackets_of_different_width_replace_equal_intervals()
    {
        // Brackets 1, 2 and 4: days 1, 2 to 3, 4 to 7. a comes on day 3 and day 4, b on day 7, c on day 8, beyond.
        await store.HappenAsync("""
            a 2026-02-16T10:00 visit
            b 2026-02-16T10:00 visit
            c 2026-02-16T10:00 visit
            a 2026-02-19T10:00 come
            a 2026-02-20T10:00 come
            b 2026-02-23T10:00 come
            c 2026-02-24T10:00 come
            """);
        var query = Of(FirstTime with { TotalIntervals = 7, RetentionCustomBrackets = [1, 2, 4] });
        (await RowsAsync(query))[0].ShouldBe("16: 3 | 3 0 1 2");
        // The last bracket of the 19th would begin after the table: 19 + 4 = 23.
        (await RowsAsync(query))[3].ShouldBe("19: 0 | 0 0 0");
        (await WhoAsync(query, 0, 3, "a", "b", "c")).ShouldBe("a b");
    }

    [Fact]
    public async Task Sums_and_averages_of_a_number_replace_the_count()
    {
        // On the 21st a pays 10 and "30", b pays 2, and something that is no number.
        await store.HappenAsync("""
            a 2026-02-20T10:00 visit
            b 2026-02-20T10:00 visit
            a 2026-02-20T11:00 come {"price":4}
            a 2026-02-21T10:00 come {"price":10}
            a 2026-02-21T11:00 come {"price":"30"}
            b 2026-02-21T11:00 come {"price":2}
            b 2026-02-21T12:00 come {"price":"much"}
            """);
        (await RowsAsync(Of(FirstTime with { AggregationType = "sum", AggregationProperty = "price" })))[0].ShouldBe("20: 2 | 4 42 0");
        // (10 + 30 + 2) / 3
        (await RowsAsync(Of(FirstTime with { AggregationType = "avg", AggregationProperty = "price" })))[0].ShouldBe("20: 2 | 4 14 0");
    }

    [Fact]
    public async Task A_breakdown_is_by_the_value_at_the_start_with_Other_and_None()
    {
        // x twice, y and z once: with limit 1 y and z are Other; d has none.
        await store.HappenAsync("""
            a 2026-02-20T10:00 visit {"from":"x"}
            b 2026-02-20T10:00 visit {"from":"x"}
            c 2026-02-20T10:00 visit {"from":"y"}
            e 2026-02-20T10:00 visit {"from":"z"}
            d 2026-02-20T10:00 visit
            a 2026-02-21T10:00 come
            c 2026-02-21T10:00 come
            e 2026-02-21T10:00 come
            """);
        var query = Of(FirstTime) with { BreakdownFilter = new() { Breakdowns = [new("from")], BreakdownLimit = 1 } };
        (await store.AskAsync<RetentionResult>(query)).Tables.Select(table => $"{table.BreakdownValues!.Single()} {Text(table.Rows[0])}")
            .ShouldBe(["x 20: 2 | 2 1 0", $"{Breakdown.Other} 20: 2 | 2 2 0", $"{Breakdown.None} 20: 1 | 1 0 0"]);
        InsightStore.NamesOf(await store.ActorsAsync(query, new() { Row = 0, Interval = 1, BreakdownValues = ["x"] }), "a", "b", "c", "d", "e").ShouldBe("a");
        InsightStore.NamesOf(await store.ActorsAsync(query, new() { Row = 0, BreakdownValues = [Breakdown.Other] }), "a", "b", "c", "d", "e").ShouldBe("c e");
    }

    [Fact]
    public async Task Weeks_begin_as_the_project_says()
    {
        // The 15th and the 22nd of February 2026 are Sundays. b visits on Sunday the 15th.
        await store.HappenAsync("""
            a 2026-02-14T10:00 visit
            b 2026-02-15T10:00 visit
            b 2026-02-22T10:00 come
            """);
        var query = Of(FirstTime with { Period = Interval.Week, TotalIntervals = 2 });
        (await RowsAsync(query)).ShouldBe(["15: 1 | 1 1", "22: 0 | 0"]);
        store.Project = store.Project with { WeekStart = DayOfWeek.Monday };
        // Weeks from the 9th (with the 14th and 15th) and from the 16th (with the 22nd).
        (await RowsAsync(query)).ShouldBe(["09: 2 | 2 1", "16: 0 | 0"]);
    }

    [Fact]
    public async Task Days_are_those_of_the_projects_calendar_when_clocks_change()
    {
        // In Berlin clocks go forward on 29 March 2026: 29 March is 28 March 23:00 to 29 March 22:00 UTC.
        store.Project = store.Project with { TimeZone = "Europe/Berlin" };
        await store.HappenAsync("""
            a 2026-03-28T22:59 visit
            b 2026-03-28T23:00 visit
            a 2026-03-29T21:59 come
            b 2026-03-29T22:00 come
            """);
        var query = Of(FirstTime, "2026-03-30") with { DateRange = new("2026-03-01", "2026-03-30") };
        (await RowsAsync(query)).ShouldBe(["28: 1 | 1 1 0", "29: 1 | 1 1", "30: 0 | 0"]);
    }

    [Fact]
    public async Task Months_and_hours_are_intervals_too()
    {
        await store.HappenAsync("""
            a 2026-01-31T10:00 visit
            a 2026-02-01T10:00 come
            b 2026-02-22T20:10 visit
            b 2026-02-22T22:10 come
            """);
        (await RowsAsync(Of(FirstTime with { Period = Interval.Month, TotalIntervals = 2 })))[0].ShouldBe("01: 1 | 1 1");
        var hours = (await store.AskAsync<RetentionResult>(Of(FirstTime with { Period = Interval.Hour, TotalIntervals = 4 }))).Tables.Single();
        hours.Rows[0].Date.ShouldBe("2026-02-22T20:00:00+00:00");
        Text(hours.Rows[0]).ShouldEndWith("1 | 1 0 1 0");
    }

    [Fact]
    public async Task Persons_merged_in_between_are_one_and_the_answer_is_one_statement()
    {
        store.Project = store.Project with { Id = EventStore.Project };
        await store.HappenAsync("""
            phone 2026-02-20T10:00 visit
            laptop 2026-02-21T10:00 come
            """);
        (await RowsAsync(Of(FirstTime)))[0].ShouldBe("20: 1 | 1 0 0");
        await store.MergeAsync("laptop", "phone");
        (await RowsAsync(Of(FirstTime)))[0].ShouldBe("20: 1 | 1 1 0");
        (await store.AnswerAsync(Of(FirstTime))).Statements.Count.ShouldBe(1);
    }

    public static TheoryData<string, RetentionFilter> Wrong() => new()
    {
        { "totalIntervals", new() { TotalIntervals = 0 } },
        { "totalIntervals", new() { TotalIntervals = 367 } },
        { "period", new() { Period = Interval.Minute } },
        { "minimumOccurrences", new() { MinimumOccurrences = 0 } },
        { "cumulative", new() { Cumulative = true, TimeWindowMode = "24_hour_windows" } },
        { "timeWindowMode", new() { TimeWindowMode = "rolling" } },
        { "retentionCustomBrackets", new() { RetentionCustomBrackets = [1, 0] } },
        { "aggregationProperty", new() { AggregationType = "sum" } },
        { "aggregationType", new() { AggregationType = "p99" } },
        { "retentionReference", new() { RetentionReference = "next" } },
        { "meanRetentionCalculation", new() { MeanRetentionCalculation = "median" } },
    };

    [Theory, MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public async Task What_makes_no_sense_is_refused_by_name(string attribute, RetentionFilter filter) =>
        (await store.RefusalAsync(new RetentionQuery { RetentionFilter = filter })).Attribute.ShouldBe(attribute);
}
