using System.Globalization;
using Prickle.Insights;

namespace Prickle.Tests.Insights.Breakdowns;

/// <summary>Every kind of question is broken down by the same things, and understands the same by them.</summary>
public sealed class BreakdownReaderTests(InsightStore store, BreakdownReaderTests.World world)
    : IClassFixture<InsightStore>, IClassFixture<BreakdownReaderTests.World>
{
    static readonly QueryRange Days = new("2026-02-20", "2026-02-22");

    static TrendsQuery Trend(params Breakdown[] by) => new()
    {
        DateRange = Days,
        Series = [new EventsNode { Event = "visit" }],
        TrendsFilter = new() { Display = TrendsDisplay.Table },
        BreakdownFilter = new() { Breakdowns = by },
    };

    static FunnelsQuery Funnel(params Breakdown[] by) => new()
    {
        DateRange = Days,
        Series = [new EventsNode { Event = "visit" }, new EventsNode { Event = "pay" }],
        BreakdownFilter = new() { Breakdowns = by },
    };

    static RetentionQuery Retention(params Breakdown[] by) => new()
    {
        DateRange = new("2026-02-20", "2026-02-21"),
        RetentionFilter = new()
        {
            TotalIntervals = 2,
            TargetEntity = new EventsNode { Event = "visit" },
            ReturningEntity = new EventsNode { Event = "pay" },
        },
        BreakdownFilter = new() { Breakdowns = by },
    };

    async Task<string> TrendAsync(params Breakdown[] by)
    {
        await world.HappenedAsync(store);
        return string.Join("; ", (await store.AskAsync<TrendsResult>(Trend(by))).Series.Select(series => $"{Words(series.BreakdownValues)} {series.Total}"));
    }

    async Task<string> FunnelAsync(params Breakdown[] by)
    {
        await world.HappenedAsync(store);
        return string.Join("; ", (await store.AskAsync<FunnelsResult>(Funnel(by))).Funnels.Select(funnel =>
            $"{Words(funnel.BreakdownValues)} {string.Join(' ', funnel.Steps.Select(step => step.Count))}"));
    }

    /// <summary>The row of the 20th: its size, and those who paid on the 21st.</summary>
    async Task<string> RetentionAsync(params Breakdown[] by)
    {
        await world.HappenedAsync(store);
        return string.Join("; ", (await store.AskAsync<RetentionResult>(Retention(by))).Tables.Select(table =>
            string.Create(CultureInfo.InvariantCulture, $"{Words(table.BreakdownValues)} {table.Rows[0].Size} {table.Rows[0].Cells[1].Count}")));
    }

    static string Words(IReadOnlyList<string>? values) => string.Join('+', values!.Select(value =>
        value == Breakdown.Other ? "Other" : value == Breakdown.None ? "None" : value));

    [Fact]
    public async Task A_member_of_two_cohorts_counts_in_both_and_one_of_none_in_none()
    {
        Breakdown[] by = [new("1", "cohort"), new("2", "cohort"), new("all", "cohort")];

        // Cohort 1 is a and b, cohort 2 is b and c; d is in neither. Visits: a two, the others one. a and b pay, on the 21st.
        (await TrendAsync(by)).ShouldBe("all 5; 1 3; 2 2");
        (await FunnelAsync(by)).ShouldBe("all 4 2; 1 2 2; 2 2 1");
        // By members all has four, 1 and 2 have two each.
        (await RetentionAsync(by)).ShouldBe("all 4 2; 1 2 2; 2 2 1");
    }

    [Fact]
    public async Task The_people_of_a_cohorts_number_can_be_opened()
    {
        await world.HappenedAsync(store);
        Breakdown[] by = [new("1", "cohort"), new("2", "cohort")];
        string[] people = ["a", "b", "c", "d"];

        InsightStore.NamesOf(await store.ActorsAsync(Trend(by), new() { BreakdownValues = ["2"] }), people).ShouldBe("b c");
        InsightStore.NamesOf(await store.ActorsAsync(Funnel(by), new() { FunnelStep = 2, BreakdownValues = ["2"] }), people).ShouldBe("b");
        InsightStore.NamesOf(await store.ActorsAsync(Retention(by), new() { Row = 0, BreakdownValues = ["1"] }), people).ShouldBe("a b");
        InsightStore.NamesOf(await store.ActorsAsync(Retention(by), new() { Row = 0, Interval = 1, BreakdownValues = ["2"] }), people).ShouldBe("b");
    }

    [Fact]
    public async Task Without_a_value_everybody_behind_a_step_or_cell_is_meant()
    {
        await world.HappenedAsync(store);
        var by = new Breakdown("1", "cohort");

        (await store.ActorsAsync(Funnel(by), new() { FunnelStep = 1 })).Count.ShouldBe(4);
        (await store.ActorsAsync(Retention(by), new() { Row = 0 })).Count.ShouldBe(4);
    }

    [Fact]
    public async Task Sql_computes_the_value_of_a_funnel_and_of_retention()
    {
        var by = new Breakdown("if(toFloat64OrNull(toString(properties.amount)) >= 20, 'much', NULL)", "hogql");

        // First touch: a's and b's visits cost 50 and 20, c's costs 5, d's nothing at all.
        (await FunnelAsync(by)).ShouldBe("much 2 2; None 2 0");
        (await RetentionAsync(by)).ShouldBe("much 2 2; None 2 0");
        (await TrendAsync(by)).ShouldBe("much 3; None 2");
    }

    [Fact]
    public async Task A_session_has_values_for_a_funnel_and_for_retention()
    {
        var entry = new Breakdown("$entry_pathname", "session");

        // Sessions: a's began at /a, b's at /b. c and d have none. a's visits are two events, so /a comes first.
        (await FunnelAsync(entry)).ShouldBe("/a 1 1; /b 1 1; None 2 0");
        (await RetentionAsync(entry)).ShouldBe("/a 1 1; /b 1 1; None 2 0");
        (await TrendAsync(entry)).ShouldBe("/a 2; /b 1; None 2");
    }

    [Fact]
    public async Task The_nearest_element_that_says_something_gives_the_value()
    {
        await world.HappenedAsync(store);
        TrendsQuery By(string key) => Trend(new Breakdown(key, "element")) with { Series = [new EventsNode { Event = "$autocapture" }] };
        async Task<string> ShownAsync(string key) => string.Join("; ", (await store.AskAsync<TrendsResult>(By(key))).Series.Select(series =>
            $"{Words(series.BreakdownValues)} {series.Total}"));

        // One click on a span without a text, within the button "Pay"; one on an image.
        (await ShownAsync("text")).ShouldBe("Pay 1; None 1");
        (await ShownAsync("tag_name")).ShouldBe("img 1; span 1");
    }

    [Fact]
    public async Task Addresses_are_cleaned_by_the_projects_rules_where_the_question_asks_for_it()
    {
        await world.HappenedAsync(store);
        var project = store.Project;
        store.Project = project with { PathCleaningFilters = [new("/page/", "/[ab]$"), new("", "^https://x.test")] };
        try
        {
            async Task<string> ShownAsync(BreakdownFilter filter) => string.Join("; ", (await store.AskAsync<FunnelsResult>(Funnel() with { BreakdownFilter = filter }))
                .Funnels.Select(funnel => $"{Words(funnel.BreakdownValues)} {string.Join(' ', funnel.Steps.Select(step => step.Count))}"));
            var filter = new BreakdownFilter { Breakdowns = [new("$current_url")] };

            // a came by /a and /b, b by /b: first touch. c and d have no address.
            (await ShownAsync(filter)).ShouldBe("https://x.test/b 1 1; https://x.test/a 1 1; None 2 0");
            (await ShownAsync(filter with { PathCleaning = true })).ShouldBe("/page/ 2 2; None 2 0");
            (await ShownAsync(filter with { PathCleaning = true, NormalizeUrl = true })).ShouldBe("/page 2 2; None 2 0");
            // Rules are for addresses: other values stay as they are.
            (await ShownAsync(new BreakdownFilter { Breakdowns = [new("amount")], PathCleaning = true })).ShouldContain("20 1 1");
        }
        finally
        {
            store.Project = project;
        }
    }

    [Fact]
    public async Task Two_breakdowns_are_one_label_with_none_for_what_is_missing()
    {
        Breakdown[] by = [new("$entry_pathname", "session"), new("amount")];

        // c's visit costs 5; d's has neither. a's first visit costs 50, the second 20: first touch is 50.
        string[] expected = ["/a+50 1 1", "/b+20 1 1", "None+5 1 0", "None+None 1 0"];
        (await FunnelAsync(by)).Split("; ").ShouldBe(expected, ignoreOrder: true);
        (await RetentionAsync(by)).Split("; ").ShouldBe(expected, ignoreOrder: true);
        // Where all is missing stands last.
        (await FunnelAsync(by)).ShouldEndWith("None+None 1 0");
    }

    [Theory]
    [InlineData("breakdowns", "weather", "x")]
    [InlineData("breakdowns", "session", "$weather")]
    [InlineData("breakdowns", "element", "selector")]
    [InlineData("breakdowns", "cohort", "payers")]
    [InlineData("breakdowns", "group", "plan")]
    [InlineData("breakdowns", "hogql", " ")]
    [InlineData("properties", "hogql", "(SELECT 1 FROM system.one)")]
    [InlineData("properties", "hogql", "hostName()")]
    [InlineData("properties", "hogql", "file('/etc/passwd')")]
    [InlineData("properties", "hogql", "count()")]
    [InlineData("properties", "hogql", "(toUInt32(2) AS project_id)")]
    public async Task What_cannot_be_broken_down_by_is_refused_by_every_kind(string attribute, string type, string property)
    {
        var by = new Breakdown(property, type);
        foreach (var query in new InsightQuery[] { Trend(by), Funnel(by), Retention(by) })
        {
            (await store.RefusalAsync(query)).Attribute.ShouldBe(attribute);
        }
    }

    [Fact]
    public async Task Cohorts_stand_alone_and_bins_are_for_trends()
    {
        (await store.RefusalAsync(Funnel(new Breakdown("1", "cohort"), new Breakdown("plan")))).Detail.ShouldStartWith("Cohorts cannot be combined");
        (await store.RefusalAsync(Retention(new Breakdown("amount", HistogramBinCount: 3)))).Attribute.ShouldBe("histogram_bin_count");
    }

    /// <summary>What happened, once for all tests of the class.</summary>
    public sealed class World
    {
        bool _hasHappened;

        public async Task HappenedAsync(InsightStore store)
        {
            if (_hasHappened)
            {
                return;
            }
            _hasHappened = true;
            await store.HappenAsync("""
                a 2026-02-20T10:00 visit {"$session_id":"s1","$current_url":"https://x.test/a","amount":50}
                a 2026-02-20T10:05 visit {"$session_id":"s1","$current_url":"https://x.test/b","amount":20}
                b 2026-02-20T10:00 visit {"$session_id":"s2","$current_url":"https://x.test/b","amount":20}
                c 2026-02-20T10:00 visit {"amount":5}
                d 2026-02-20T10:00 visit
                a 2026-02-21T10:00 pay
                b 2026-02-21T10:00 pay
                a 2026-02-20T10:06 $autocapture {"$elements_chain":"span:nth-child=\"1\";button:nth-child=\"1\"text=\"Pay\""}
                b 2026-02-20T10:06 $autocapture {"$elements_chain":"img:nth-child=\"1\""}
                """);
            await store.CohortAsync(1, "a", "b");
            await store.CohortAsync(2, "b", "c");
        }
    }
}
