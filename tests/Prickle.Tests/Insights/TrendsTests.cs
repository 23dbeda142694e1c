using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Filters;
using Prickle.Insights;
using Prickle.Tests.Engine;

namespace Prickle.Tests.Insights;

public sealed class TrendsTests(EngineFixture engine) : IAsyncLifetime
{
    readonly InsightStore _store = new(engine);

    public ValueTask InitializeAsync() => _store.InitializeAsync();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    // Three days: 27 and 28 February, 1 March.
    static TrendsQuery Three(params EntityNode[] series) => new() { DateRange = new QueryRange("2026-02-27", "2026-03-01"), Series = series };

    static EventsNode Node(string? name = "buy", string? math = null, string? property = null) => new() { Event = name, Math = math, MathProperty = property };

    async Task<IReadOnlyList<double>> DataAsync(TrendsQuery query) => (await _store.AskAsync<TrendsResult>(query)).Series.ShouldHaveSingleItem().Data;

    async Task<double> TotalAsync(TrendsQuery query) =>
        (await _store.AskAsync<TrendsResult>(query with { TrendsFilter = new TrendsFilter { Display = TrendsDisplay.BigNumber } })).Series.ShouldHaveSingleItem().Total;

    Task ShopAsync() => _store.HappenAsync("""
        ann 2026-02-26T23:59:59.999999 buy {"price":1000}
        ann 2026-02-27T00:00:00        buy {"price":1,   "$session_id":"s1"}
        ann 2026-02-27T12:00:00        buy {"price":"10","$session_id":"s1"}
        bob 2026-02-27T13:00:00        buy {"price":"much","$session_id":"s2"}
        ann 2026-03-01T10:00:00        buy {"price":4,   "$session_id":"s3"}
        ann 2026-03-01T11:00:00        see {"price":99}
        """);

    [Fact]
    public async Task Events_are_counted_for_each_day_and_days_without_any_are_zero()
    {
        await ShopAsync();

        var result = await _store.AskAsync<TrendsResult>(Three(Node(), Node(null)));

        result.Days.ShouldBe(["2026-02-27", "2026-02-28", "2026-03-01"]);
        result.Series[0].Data.ShouldBe([3, 0, 1]);
        result.Series[0].Total.ShouldBe(4);
        (result.Series[1].Label, result.Series[1].Total).ShouldBe(("All events", 5));
        result.IsLastIncomplete.ShouldBeTrue();
    }

    [Theory]
    [InlineData("total", null, "3 0 1")]
    [InlineData("dau", null, "2 0 1")]
    [InlineData("unique_session", null, "2 0 1")]
    // 1 and the text "10" are numbers, "much" is none and is passed over.
    [InlineData("sum", "price", "11 0 4")]
    [InlineData("avg", "price", "5.5 0 4")]
    [InlineData("min", "price", "1 0 4")]
    [InlineData("max", "price", "10 0 4")]
    [InlineData("median", "price", "5.5 0 4")]
    [InlineData("p75", "price", "7.75 0 4")] // 1 + 0.75 x 9
    [InlineData("p90", "price", "9.1 0 4")]
    [InlineData("sum", "absent", "0 0 0")]
    // On the 27th ann did it twice and bob once.
    [InlineData("avg_count_per_actor", null, "1.5 0 1")]
    [InlineData("min_count_per_actor", null, "1 0 1")]
    [InlineData("max_count_per_actor", null, "2 0 1")]
    [InlineData("median_count_per_actor", null, "1.5 0 1")]
    public async Task Each_math_of_a_series_is_what_it_says(string math, string? property, string days)
    {
        await ShopAsync();

        (await DataAsync(Three(Node("buy", math, property)))).Select(value => Math.Round(value, 6)).ShouldBe(days.Split(' ').Select(double.Parse));
    }

    [Fact]
    public async Task A_total_counts_each_person_once_in_the_whole_period()
    {
        await ShopAsync();

        // ann on two days, bob on one: two, and not 2 + 1.
        (await TotalAsync(Three(Node("buy", "dau")))).ShouldBe(2);
        (await TotalAsync(Three(Node("buy", "sum", "price")))).ShouldBe(15);
        (await TotalAsync(Three(Node("never", "dau")))).ShouldBe(0);
    }

    [Fact]
    public async Task A_sum_of_what_is_no_number_is_nothing_and_no_error()
    {
        await _store.HappenAsync("""
            ann 2026-02-27T10:00 buy {"price":"abc"}
            ann 2026-02-27T10:00 buy {"price":"inf"}
            ann 2026-02-27T10:00 buy {"price":"nan"}
            ann 2026-02-27T10:00 buy {"price":true}
            """);

        (await DataAsync(Three(Node("buy", "sum", "price")))).ShouldBe([0, 0, 0]);
    }

    [Fact]
    public async Task The_time_of_an_event_can_be_its_number()
    {
        await _store.HappenAsync("ann 2026-02-27T10:00:00.5 buy");

        // 27 February 2026, ten o'clock UTC, in seconds since 1970.
        (await DataAsync(Three(Node("buy", "max", "$time"))))[0]
            .ShouldBe(new DateTimeOffset(2026, 2, 27, 10, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() + 0.5, 0.01);
    }

    [Fact]
    public async Task The_length_of_a_session_counts_once_for_each_session()
    {
        await _store.HappenAsync("""
            ann 2026-02-27T10:00 buy {"$session_id":"s1"}
            ann 2026-02-27T10:01 buy {"$session_id":"s1"}
            ann 2026-02-27T10:02 see {"$session_id":"s1"}
            bob 2026-02-27T10:00 buy {"$session_id":"s2"}
            bob 2026-02-27T10:00:30 see {"$session_id":"s2"}
            """);

        // s1 lasts 120 seconds whatever the event, s2 30; by events it would be (120 + 120 + 30) / 3.
        (await DataAsync(Three(Node("buy", "avg", "$session_duration"))))[0].ShouldBe(75);
        (await DataAsync(Three(Node("buy", "sum", "$session_duration"))))[0].ShouldBe(150);
    }

    [Fact]
    public async Task A_number_may_be_the_persons_or_the_groups_present_one()
    {
        await _store.PersonsAsync("""
            ann 2026-01-01T00:00:00 {"age":30}
            bob 2026-01-01T00:00:00 {"age":"50"}
            """);
        await _store.GroupAsync(0, "acme", """{"seats":7}""");
        await _store.HappenAsync("""
            ann 2026-02-27T10:00 buy {"$group_0":"acme"}
            bob 2026-02-27T10:00 buy
            cid 2026-02-27T10:00 buy
            """);

        (await DataAsync(Three(Node("buy", "avg", "age") with { MathPropertyType = "person" })))[0].ShouldBe(40);
        (await DataAsync(Three(Node("buy", "sum", "seats") with { MathPropertyType = "group", MathGroupTypeIndex = 0 })))[0].ShouldBe(7);
    }

    [Fact]
    public async Task Groups_are_counted_in_place_of_persons()
    {
        await _store.HappenAsync("""
            ann 2026-02-27T10:00 buy {"$group_0":"acme"}
            bob 2026-02-27T10:00 buy {"$group_0":"acme"}
            cid 2026-02-27T10:00 buy {"$group_0":"umbra"}
            dan 2026-02-27T10:00 buy
            """);

        (await DataAsync(Three(Node("buy", "unique_group") with { MathGroupTypeIndex = 0 })))[0].ShouldBe(2);
        (await DataAsync(Three(Node("buy", "dau")) with { AggregationGroupTypeIndex = 0 }))[0].ShouldBe(2);
        // An event of no group is none of any group.
        (await DataAsync(Three(Node()) with { AggregationGroupTypeIndex = 0 }))[0].ShouldBe(3);
    }

    [Fact]
    public async Task Weekly_active_looks_back_over_seven_days_that_end_with_the_day()
    {
        await _store.HappenAsync("""
            ann 2026-02-20T12:00 buy
            bob 2026-02-21T00:00 buy
            cid 2026-02-21T00:00:00.000001 buy
            dan 2026-03-01T00:00 buy
            """);

        // 26 February counts (20 Feb 00:00, 27 Feb 00:00]: ann, bob, cid.
        // 27 February counts (21 Feb 00:00, 28 Feb 00:00]: cid alone; bob's moment is outside by nothing.
        // 28 February counts up to and with 1 March 00:00: dan. 1 March: dan.
        var query = new TrendsQuery { DateRange = new QueryRange("2026-02-26", "2026-03-01"), Series = [Node("buy", "weekly_active")] };
        (await DataAsync(query)).ShouldBe([3, 1, 1, 1]);
        (await DataAsync(query with { Series = [Node("buy", "monthly_active")] })).ShouldBe([3, 3, 4, 4]);
        // The seven days before the end of the 27th begin with the 21st: bob and cid.
        (await TotalAsync(query with { DateRange = new QueryRange("2026-02-26", "2026-02-27") })).ShouldBe(2);
        // By weeks it is each week's own: ann 15-21 Feb with bob and cid; then dan from 1 March.
        (await DataAsync(query with { DateRange = new QueryRange("2026-02-15", "2026-03-01"), Interval = Interval.Week })).ShouldBe([3, 0, 1]);
    }

    [Fact]
    public async Task The_first_time_is_the_first_ever_and_filters_look_at_that_event_alone()
    {
        await _store.HappenAsync("""
            ann 2025-06-01T10:00 buy {"plan":"free"}
            ann 2026-02-27T10:00 buy {"plan":"pro"}
            bob 2026-02-27T11:00 buy {"plan":"free"}
            bob 2026-02-28T11:00 buy {"plan":"pro"}
            cid 2026-02-28T12:00 buy {"plan":"pro"}
            """);
        var filter = FilterGroup.All([new PropertyFilter("plan", "exact", ["pro"])]);

        // ann's first was last year.
        (await DataAsync(Three(Node("buy", "first_time_for_user")))).ShouldBe([1, 1, 0]);
        // bob's first does not fit; his second is not his first.
        (await DataAsync(Three(Node("buy", "first_time_for_user") with { Properties = filter }))).ShouldBe([0, 1, 0]);
        // The first that fits: ann's on the 27th, bob's and cid's on the 28th.
        (await DataAsync(Three(Node("buy", "first_matching_event_for_user") with { Properties = filter }))).ShouldBe([1, 2, 0]);
    }

    [Fact]
    public async Task Two_ids_of_one_person_count_once_after_a_merge()
    {
        await _store.HappenAsync("""
            ann 2026-02-27T10:00 buy
            anon 2026-02-27T11:00 buy
            """);
        var query = Three(Node("buy", "dau"));
        (await DataAsync(query))[0].ShouldBe(2);

        await _store.MergeAsync("anon", into: "ann");

        (await DataAsync(query))[0].ShouldBe(1);
        (await _store.ActorsAsync(query, new ActorsSelection { Day = "2026-02-27" })).Actors.ShouldHaveSingleItem().EventCount.ShouldBe(2);
    }

    [Fact]
    public async Task An_action_is_a_series_and_one_that_is_not_there_is_refused()
    {
        await ShopAsync();
        _store.Actions.Add(3, "Spends", new ActionStep { Event = "buy", Properties = FilterGroup.All([new PropertyFilter("price", "gt", ["3"])]) }, new ActionStep { Event = "see" });

        var series = (await _store.AskAsync<TrendsResult>(Three(new ActionsNode { Id = 3 }))).Series[0];

        // "10" on the 27th; 4 and the sight of something on the 1st.
        (series.Label, string.Join(' ', series.Data)).ShouldBe(("Spends", "1 0 2"));
        (await _store.RefusalAsync(Three(new ActionsNode { Id = 9 }))).Detail.ShouldStartWith("The project has no action 9:");
    }

    [Fact]
    public async Task Filters_of_the_question_and_of_a_series_must_both_fit_and_the_projects_own_people_can_be_left_out()
    {
        await _store.HappenAsync("""
            ann 2026-02-27T10:00 buy {"plan":"pro","team":"us"}
            bob 2026-02-27T10:00 buy {"plan":"pro"}
            cid 2026-02-27T10:00 buy {"plan":"free"}
            dan 2026-02-27T10:00 buy
            """);
        _store.Project = _store.Project with { TestAccountFilters = """[{"key":"team","operator":"is_not","value":"us"}]""" };
        var notPro = FilterGroup.All([new PropertyFilter("plan", "is_not", ["pro"])]);
        var pro = FilterGroup.All([new PropertyFilter("plan", "exact", ["pro"])]);

        // Whoever has no plan is not on pro.
        (await DataAsync(Three(Node()) with { Properties = notPro }))[0].ShouldBe(2);
        (await DataAsync(Three(Node() with { Properties = pro }) with { Properties = notPro }))[0].ShouldBe(0);
        (await DataAsync(Three(Node() with { Properties = pro }) with { FilterTestAccounts = true }))[0].ShouldBe(1);
    }

    [Fact]
    public async Task Days_begin_in_the_projects_zone()
    {
        _store.Project = _store.Project with { TimeZone = "America/New_York" };
        // Five hours behind: the last moment of the 27th is 04:59:59.999999 UTC on the 28th.
        await _store.HappenAsync("""
            ann 2026-02-27T04:59:59.999999 buy
            ann 2026-02-28T04:59:59.999999 buy
            ann 2026-02-28T05:00:00 buy
            """);

        (await DataAsync(Three(Node()))).ShouldBe([1, 1, 0]);
    }

    [Theory]
    // The weeks of Sunday 15 and 22 February: the 21st lies in the first, the 22nd and 24th in the second.
    [InlineData(DayOfWeek.Sunday, "1 2")]
    // The weeks of Monday 16 and 23 February: the 21st and 22nd lie in the first.
    [InlineData(DayOfWeek.Monday, "2 1")]
    public async Task Weeks_begin_where_the_project_says_and_the_first_one_counts_whole(DayOfWeek start, string data)
    {
        _store.Project = _store.Project with { WeekStart = start };
        await _store.HappenAsync("""
            ann 2026-02-21T10:00 buy
            ann 2026-02-22T10:00 buy
            ann 2026-02-24T10:00 buy
            """);
        // Begins on a Saturday or a Sunday, in the midst of a week.
        var from = start == DayOfWeek.Sunday ? "2026-02-21" : "2026-02-22";
        var query = new TrendsQuery { DateRange = new QueryRange(from, "2026-02-25"), Interval = Interval.Week, Series = [Node()] };

        string.Join(' ', await DataAsync(query)).ShouldBe(data);
    }

    [Fact]
    public async Task Hours_of_a_day_are_24_and_on_days_when_clocks_change_23_or_25()
    {
        _store.Project = _store.Project with { TimeZone = "Europe/Berlin" };
        // Two o'clock and half past two, twice: 00:30 and 01:30 UTC both read 02:30 on 25 October.
        await _store.HappenAsync("""
            ann 2025-10-26T00:30 buy
            ann 2025-10-26T01:30 buy
            ann 2025-03-30T00:59 buy
            ann 2025-03-30T01:00 buy
            """);
        TrendsQuery Hours(string day) => new() { DateRange = new QueryRange(day, day), Interval = Interval.Hour, Series = [Node()] };

        var autumn = await DataAsync(Hours("2025-10-26"));
        (autumn.Count, autumn[2], autumn[3], autumn.Sum()).ShouldBe((25, 1, 1, 2));
        // In spring 01:59 is followed by 03:00: the third hour of the day.
        var spring = await DataAsync(Hours("2025-03-30"));
        (spring.Count, spring[1], spring[2], spring.Sum()).ShouldBe((23, 1, 1, 2));
        (await DataAsync(Hours("2025-06-01"))).ShouldBe(Enumerable.Repeat(0.0, 24));
    }

    [Fact]
    public async Task A_comparison_gives_the_days_before_with_their_own_names()
    {
        await ShopAsync();
        await _store.HappenAsync("bob 2026-02-24T10:00 buy");

        var result = await _store.AskAsync<TrendsResult>(Three(Node()) with { CompareFilter = new CompareFilter(true) });

        result.Series.Select(series => series.Compare).ShouldBe(["current", "previous"]);
        // 24 to 26 February: bob's, nothing, and ann's at the last moment.
        result.Series[1].Data.ShouldBe([1, 0, 1]);
        result.Series[1].Days.ShouldBe(["2026-02-24", "2026-02-25", "2026-02-26"]);
        (await _store.RefusalAsync(Three(Node()) with { DateRange = new QueryRange("all"), CompareFilter = new CompareFilter(true) })).Attribute.ShouldBe("compare");
    }

    [Fact]
    public async Task A_running_sum_counts_each_person_on_the_first_day_alone()
    {
        await ShopAsync();
        await _store.HappenAsync("cid 2026-03-01T10:00 buy");
        var filter = new TrendsFilter { Display = TrendsDisplay.Cumulative };

        (await DataAsync(Three(Node()) with { TrendsFilter = filter })).ShouldBe([3, 3, 5]);
        // ann and bob on the 27th, cid on the 1st; ann again on the 1st is nobody new.
        var series = (await _store.AskAsync<TrendsResult>(Three(Node("buy", "dau")) with { TrendsFilter = filter })).Series[0];
        (string.Join(' ', series.Data), series.Total).ShouldBe(("2 2 3", 3));
    }

    [Fact]
    public async Task Smoothing_is_the_mean_of_the_points_before_as_far_as_there_are_any()
    {
        await ShopAsync();

        // 3, (3 + 0) / 2, (0 + 1) / 2: what was before the period plays no part.
        (await DataAsync(Three(Node()) with { TrendsFilter = new TrendsFilter { SmoothingIntervals = 2 } })).ShouldBe([3, 1.5, 0.5]);
    }

    [Fact]
    public async Task A_formula_hides_its_series_and_is_computed_for_each_day_or_on_totals()
    {
        await ShopAsync();
        var query = Three(Node(), Node("buy", "dau")) with { TrendsFilter = new TrendsFilter { FormulaNodes = [new FormulaNode("A / B * 100", "Share"), new FormulaNode("A-B")] } };

        var result = await _store.AskAsync<TrendsResult>(query);

        // 3 / 2, nothing by nothing, 1 / 1.
        result.Series.Select(series => series.Label).ShouldBe(["Share", "A-B"]);
        result.Series[0].Data.ShouldBe([150, 0, 100]);
        result.Series[1].Data.ShouldBe([1, 0, 0]);
        // Over all: 4 events by 2 persons.
        var total = await _store.AskAsync<TrendsResult>(query with { TrendsFilter = query.TrendsFilter with { Display = TrendsDisplay.BigNumber } });
        total.Series[0].Total.ShouldBe(200);
    }

    [Fact]
    public async Task A_formula_that_is_none_is_refused_with_its_reason()
    {
        var refusal = await _store.RefusalAsync(Three(Node()) with { TrendsFilter = new TrendsFilter { FormulaNodes = [new FormulaNode("sqrt(A)")] } });

        (refusal.Reason, refusal.Attribute).ShouldBe((RefusalReason.InvalidInput, "formula"));
        refusal.Detail.ShouldContain("sqrt()");
    }

    [Fact]
    public async Task A_sample_takes_the_same_people_each_time_and_stands_for_all()
    {
        await _store.HappenAsync(string.Join('\n', Enumerable.Range(0, 400).Select(index => $"user-{index} 2026-02-27T10:00 buy {{\"price\":{index}}}")));
        var query = Three(Node("buy", "dau")) with { SamplingFactor = 0.25 };

        var (first, again) = ((await DataAsync(query))[0], (await DataAsync(query))[0]);

        again.ShouldBe(first);
        // Four times a quarter: a multiple of four near 400.
        (first % 4).ShouldBe(0);
        first.ShouldBeInRange(260, 540);
        (await DataAsync(query with { Series = [Node()] }))[0].ShouldBe(first);
        // A mean is not multiplied.
        (await DataAsync(query with { Series = [Node("buy", "avg", "price")] }))[0].ShouldBeInRange(100, 300);
        (await _store.ActorsAsync(query, new ActorsSelection { Day = "2026-02-27" })).Count.ShouldBe((long)first / 4);
    }

    [Fact]
    public async Task What_is_wrong_with_a_question_is_said()
    {
        (await _store.RefusalAsync(Three())).Attribute.ShouldBe("series");
        (await _store.RefusalAsync(Three(Node("buy", "sum")))).Attribute.ShouldBe("math_property");
        (await _store.RefusalAsync(Three(Node("buy", "guess")))).Detail.ShouldContain("There is no math 'guess'");
        (await _store.RefusalAsync(Three(Node("buy", "hogql")))).Attribute.ShouldBe("math_hogql");
        (await _store.RefusalAsync(Three(Node()) with { SamplingFactor = 0 })).Attribute.ShouldBe("samplingFactor");
        (await _store.RefusalAsync(Three(Node()) with { DateRange = new QueryRange("-10y"), Interval = Interval.Minute })).Attribute.ShouldBe("interval");
        (await _store.RefusalAsync(Three(Node()) with { Properties = FilterGroup.All([new PropertyFilter("plan", "regex", ["(("])]) })).Detail.ShouldContain("\"((\"");
        (await _store.RefusalAsync(Three(Enumerable.Repeat(Node(), 27).ToArray<EntityNode>()))).Detail.ShouldBe("A trend has 1 to 26 series.");
    }
}
