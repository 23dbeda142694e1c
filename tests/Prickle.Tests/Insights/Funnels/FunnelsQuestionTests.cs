using Prickle.Filters;
using Prickle.Insights;
using Prickle.Tests.Events;

namespace Prickle.Tests.Insights.Funnels;

/// <summary>Funnels through the query service and the real engine. Each test has a project of its own.</summary>
public sealed class FunnelsQuestionTests : IClassFixture<InsightStore>
{
    static int lastProject = EventStore.Project;

    readonly InsightStore store;

    public FunnelsQuestionTests(InsightStore store)
    {
        this.store = store;
        store.Project = store.Project with { Id = ++lastProject, TimeZone = "UTC" };
    }

    static FunnelsQuery Of(params string[] steps) => new()
    {
        Series = [.. steps.Select(step => (EntityNode)new EventsNode { Event = step })],
        DateRange = new QueryRange("2026-02-20", "2026-02-28"),
    };

    static string Counts(Funnel funnel) => string.Join(' ', funnel.Steps.Select(step => step.Count));

    async Task<string> CountsAsync(FunnelsQuery query) => Counts((await store.AskAsync<FunnelsResult>(query)).Funnels.Single());

    async Task<string> WhoAsync(FunnelsQuery query, ActorsSelection selection, params string[] people) =>
        InsightStore.NamesOf(await store.ActorsAsync(query, selection), people);

    [Fact]
    public async Task Counts_conversion_and_times_are_those_worked_out_by_hand()
    {
        // a: visit 10:00, sign up 10:10 (600 s), pay 11:00 (3000 s). b: sign up after 20 minutes (1200 s). c: visits only. d: never visits.
        // Reached: 3, 2, 1. Average to step 2: (600 + 1200) / 2 = 900, the median of two the same; to step 3: 3000.
        await store.HappenAsync("""
            a 2026-02-20T10:00 visit
            a 2026-02-20T10:10 sign_up
            a 2026-02-20T11:00 pay
            b 2026-02-21T10:00 visit
            b 2026-02-21T10:20 sign_up
            c 2026-02-21T10:00 visit
            d 2026-02-21T10:00 sign_up
            d 2026-02-21T10:01 pay
            """);
        var funnel = (await store.AskAsync<FunnelsResult>(Of("visit", "sign_up", "pay"))).Funnels.Single();
        funnel.BreakdownValues.ShouldBeNull();
        Counts(funnel).ShouldBe("3 2 1");
        funnel.Steps.Select(step => step.Label).ShouldBe(["visit", "sign_up", "pay"]);
        funnel.Steps[0].AverageSeconds.ShouldBeNull();
        (funnel.Steps[1].AverageSeconds, funnel.Steps[1].MedianSeconds, funnel.Steps[2].AverageSeconds).ShouldBe((900, 900, 3000));
        funnel.Steps[2].ConversionFromFirst!.Value.ShouldBe(100d / 3, 1e-9);
        funnel.Steps[2].ConversionFromPrevious.ShouldBe(50);
    }

    [Fact]
    public async Task A_funnel_that_nobody_entered_has_no_percentages()
    {
        var funnel = (await store.AskAsync<FunnelsResult>(Of("visit", "pay"))).Funnels.Single();
        Counts(funnel).ShouldBe("0 0");
        (funnel.Steps[0].ConversionFromFirst, funnel.Steps[1].ConversionFromPrevious, funnel.Steps[1].AverageSeconds).ShouldBe((null, null, null));
    }

    [Fact]
    public async Task The_window_is_inclusive_and_does_not_reach_beyond_the_period()
    {
        // a pays after exactly an hour, b a microsecond later; c pays within the hour, but on the day after the period.
        await store.HappenAsync("""
            a 2026-02-20T10:00 visit
            a 2026-02-20T11:00 pay
            b 2026-02-20T10:00 visit
            b 2026-02-20T11:00:00.000001 pay
            c 2026-02-28T23:30 visit
            c 2026-03-01T00:10 pay
            """);
        var query = Of("visit", "pay") with { FunnelsFilter = new() { FunnelWindowInterval = 1, FunnelWindowIntervalUnit = "hour" } };
        (await CountsAsync(query)).ShouldBe("3 1");
        (await CountsAsync(query with { DateRange = new("2026-02-20", "2026-03-01") })).ShouldBe("3 2");
    }

    [Fact]
    public async Task Simultaneous_steps_convert_in_no_time_and_one_event_does_not_fill_two()
    {
        // K-S15.
        await store.HappenAsync("""
            a 2026-02-20T10:00 pay
            a 2026-02-20T10:00 visit
            b 2026-02-20T10:00 visit {"plan":"pro"}
            """);
        var funnel = (await store.AskAsync<FunnelsResult>(Of("visit", "pay"))).Funnels.Single();
        (Counts(funnel), funnel.Steps[1].AverageSeconds).ShouldBe(("2 1", 0));
        var either = Of("visit") with
        {
            Series = [new EventsNode { Event = "visit" }, new EventsNode { Event = "visit", Properties = FilterGroup.All([new PropertyFilter("plan", "exact", ["pro"])]) }],
        };
        (await CountsAsync(either)).ShouldBe("2 0");
    }

    [Fact]
    public async Task Strict_reads_every_event_of_the_actor()
    {
        await store.HappenAsync("""
            a 2026-02-20T10:00 visit
            a 2026-02-20T10:01 pay
            b 2026-02-20T10:00 visit
            b 2026-02-20T10:01 read
            b 2026-02-20T10:02 pay
            """);
        (await CountsAsync(Of("visit", "pay"))).ShouldBe("2 2");
        (await CountsAsync(Of("visit", "pay") with { FunnelsFilter = new() { FunnelOrderType = FunnelOrder.Strict } })).ShouldBe("2 1");
    }

    [Fact]
    public async Task Unordered_counts_how_many_steps_were_done()
    {
        // a does all in the wrong order, b two of three, c one.
        await store.HappenAsync("""
            a 2026-02-20T10:00 pay
            a 2026-02-20T10:01 visit
            a 2026-02-20T10:02 sign_up
            b 2026-02-20T10:00 pay
            b 2026-02-20T10:05 sign_up
            c 2026-02-20T10:00 sign_up
            """);
        var query = Of("visit", "sign_up", "pay") with { FunnelsFilter = new() { FunnelOrderType = FunnelOrder.Unordered } };
        var funnel = (await store.AskAsync<FunnelsResult>(query)).Funnels.Single();
        Counts(funnel).ShouldBe("3 2 1");
        funnel.Steps.Select(step => step.Label).ShouldBe(["Completed 1 step", "Completed 2 steps", "Completed 3 steps"]);
        // From the first to the second event: a took 60 s, b 300 s.
        (funnel.Steps[1].AverageSeconds, funnel.Steps[2].AverageSeconds).ShouldBe((180, 60));
        (await WhoAsync(query, new() { FunnelStep = 2 }, "a", "b", "c")).ShouldBe("a b");
    }

    [Fact]
    public async Task Exclusions_have_filters_and_a_clean_attempt_rescues()
    {
        // K-S14. a is hit, b's error is no fatal one, c is hit and then gets as far without.
        await store.HappenAsync("""
            a 2026-02-20T10:00 visit
            a 2026-02-20T10:01 error {"level":"fatal"}
            a 2026-02-20T10:02 pay
            b 2026-02-20T10:00 visit
            b 2026-02-20T10:01 error {"level":"mild"}
            b 2026-02-20T10:02 pay
            c 2026-02-20T10:00 visit
            c 2026-02-20T10:01 error {"level":"fatal"}
            c 2026-02-20T10:02 pay
            c 2026-02-21T10:00 visit
            c 2026-02-21T10:02 pay
            """);
        var fatal = new EventsNode { Event = "error", Properties = FilterGroup.All([new PropertyFilter("level", "exact", ["fatal"])]) };
        var query = Of("visit", "pay") with { FunnelsFilter = new() { Exclusions = [new(fatal, 0, 1)] } };
        (await CountsAsync(query)).ShouldBe("2 2");
        (await WhoAsync(query, new() { FunnelStep = 1 }, "a", "b", "c")).ShouldBe("b c");
    }

    [Fact]
    public async Task Optional_steps_add_no_time_and_count_those_who_took_them()
    {
        // a: visit, (help), pay after 10 minutes; b: visit, pay after 20; c: visit, help.
        await store.HappenAsync("""
            a 2026-02-20T10:00 visit
            a 2026-02-20T10:04 help
            a 2026-02-20T10:10 pay
            b 2026-02-20T10:00 visit
            b 2026-02-20T10:20 pay
            c 2026-02-20T10:00 visit
            c 2026-02-20T10:01 help
            """);
        var query = Of() with
        {
            Series = [new EventsNode { Event = "visit" }, new EventsNode { Event = "help", OptionalInFunnel = true }, new EventsNode { Event = "pay" }],
        };
        var steps = (await store.AskAsync<FunnelsResult>(query)).Funnels.Single().Steps;
        steps.Select(step => (step.Count, step.AverageSeconds, step.IsOptional)).ShouldBe([(3, null, false), (2, null, true), (2, 900, false)]);
        (await WhoAsync(query, new() { FunnelStep = -3 }, "a", "b", "c")).ShouldBe("c");
        (await WhoAsync(query, new() { FunnelStep = 2 }, "a", "b", "c")).ShouldBe("a c");
    }

    [Fact]
    public async Task A_property_held_constant_makes_each_value_an_attempt_of_its_own()
    {
        // a pays for another item than viewed; b views two and pays for the second: counted once; c's visit has no item at all.
        await store.HappenAsync("""
            a 2026-02-20T10:00 view {"item":"x"}
            a 2026-02-20T10:01 pay {"item":"y"}
            b 2026-02-20T10:00 view {"item":"x"}
            b 2026-02-20T10:01 view {"item":"y"}
            b 2026-02-20T10:05 pay {"item":"y"}
            c 2026-02-20T10:00 view
            c 2026-02-20T10:01 pay
            """);
        var query = Of("view", "pay") with { FunnelsFilter = new() { HoldConstant = ["item"] } };
        var steps = (await store.AskAsync<FunnelsResult>(query)).Funnels.Single().Steps;
        steps.Select(step => step.Count).ShouldBe([2, 1]);
        steps[1].AverageSeconds.ShouldBe(240);
        (await WhoAsync(query, new() { FunnelStep = -2 }, "a", "b", "c")).ShouldBe("a");
    }

    [Fact]
    public async Task Persons_merged_between_steps_are_one()
    {
        store.Project = store.Project with { Id = EventStore.Project };
        await store.HappenAsync("""
            phone 2026-02-20T10:00 seen_before_merge
            laptop 2026-02-20T10:10 paid_after_merge
            """);
        var query = Of("seen_before_merge", "paid_after_merge");
        (await CountsAsync(query)).ShouldBe("1 0");
        await store.MergeAsync("laptop", "phone");
        (await CountsAsync(query)).ShouldBe("1 1");
        (await WhoAsync(query, new() { FunnelStep = 2 }, "phone", "laptop")).ShouldBe("phone");
    }

    [Fact]
    public async Task Groups_and_sessions_are_actors_too()
    {
        // Two people of one group: together they convert. a converts over two sessions, so no session does.
        await store.HappenAsync("""
            a 2026-02-20T10:00 visit {"$group_0":"acme","$session_id":"s1"}
            b 2026-02-20T10:10 pay {"$group_0":"acme","$session_id":"s2"}
            c 2026-02-20T10:00 visit {"$session_id":"s3"}
            c 2026-02-20T10:10 pay {"$session_id":"s3"}
            """);
        (await CountsAsync(Of("visit", "pay") with { AggregationGroupTypeIndex = 0 })).ShouldBe("1 1");
        (await CountsAsync(Of("visit", "pay"))).ShouldBe("2 1");
        var bySession = Of("visit", "pay") with { FunnelsFilter = new() { AggregateBy = "session" } };
        (await CountsAsync(bySession)).ShouldBe("2 1");
        (await store.ActorsAsync(bySession, new() { FunnelStep = 1 })).Actors.Select(actor => actor.Id).ShouldBe(["s3", "s1"]);
    }

    [Fact]
    public async Task Attribution_decides_for_which_value_an_actor_counts()
    {
        // a visits with Chrome and pays with Safari; b visits without a browser and pays with Safari; c visits with Chrome only; d has none.
        await store.HappenAsync("""
            a 2026-02-20T10:00 visit {"browser":"Chrome"}
            a 2026-02-20T10:01 pay {"browser":"Safari"}
            b 2026-02-20T10:00 visit
            b 2026-02-20T10:01 pay {"browser":"Safari"}
            c 2026-02-20T10:00 visit {"browser":"Chrome"}
            d 2026-02-20T10:00 visit
            """);
        FunnelsQuery By(Attribution attribution, int? step = null) => Of("visit", "pay") with
        {
            BreakdownFilter = new() { Breakdowns = [new("browser")] },
            FunnelsFilter = new() { BreakdownAttributionType = attribution, BreakdownAttributionValue = step },
        };
        async Task<string> Shown(FunnelsQuery query) => string.Join(", ", (await store.AskAsync<FunnelsResult>(query)).Funnels
            .Select(funnel => $"{funnel.BreakdownValues!.Single().Replace(Breakdown.None, "None")} {Counts(funnel)}"));
        // Chrome and Safari occur twice each: in the order of the alphabet.
        (await Shown(By(Attribution.FirstTouch))).ShouldBe("Chrome 2 1, Safari 1 1, None 1 0");
        (await Shown(By(Attribution.LastTouch))).ShouldBe("Chrome 1 0, Safari 2 2, None 1 0");
        // Only events having the value count: nobody has both steps with one value; Safari has no first step.
        (await Shown(By(Attribution.AllEvents))).ShouldBe("Chrome 2 0, None 2 0");
        // By step 2: a and b paid with Safari; c and d never got there and count for None.
        (await Shown(By(Attribution.Step, 1))).ShouldBe("Safari 2 2, None 2 0");
        (await Shown(By(Attribution.Step, 0))).ShouldBe("Chrome 2 1, None 2 1");
        (await WhoAsync(By(Attribution.FirstTouch), new() { FunnelStep = 1, BreakdownValues = ["Chrome"] }, "a", "b", "c", "d")).ShouldBe("a c");
        (await WhoAsync(By(Attribution.FirstTouch), new() { FunnelStep = 1, BreakdownValues = [Breakdown.None] }, "a", "b", "c", "d")).ShouldBe("d");
        (await WhoAsync(By(Attribution.FirstTouch), new() { FunnelStep = 1, BreakdownValues = ["Opera"] }, "a", "b", "c", "d")).ShouldBe("");
    }

    [Fact]
    public async Task Values_beyond_the_limit_are_Other_and_an_actor_counts_there_once()
    {
        // x three times, y twice, then z and w. With limit 2, z and w are Other: d has both and is one actor there.
        await store.HappenAsync("""
            a 2026-02-20T10:00 visit {"from":"x"}
            b 2026-02-20T10:00 visit {"from":"x"}
            c 2026-02-20T10:00 visit {"from":"x"}
            c 2026-02-20T10:01 visit {"from":"y"}
            e 2026-02-20T10:01 visit {"from":"y"}
            d 2026-02-20T10:00 visit {"from":"z"}
            d 2026-02-20T10:01 visit {"from":"w"}
            f 2026-02-20T10:01 visit
            """);
        var query = Of("visit", "pay") with
        {
            BreakdownFilter = new() { Breakdowns = [new("from")], BreakdownLimit = 2 },
            FunnelsFilter = new() { BreakdownAttributionType = Attribution.AllEvents },
        };
        (await store.AskAsync<FunnelsResult>(query)).Funnels.Select(funnel => $"{funnel.BreakdownValues!.Single()} {funnel.Steps[0].Count}")
            .ShouldBe(["x 3", "y 2", $"{Breakdown.Other} 1", $"{Breakdown.None} 1"]);
        var hidden = query with { BreakdownFilter = query.BreakdownFilter with { HideOther = true } };
        (await store.AskAsync<FunnelsResult>(hidden)).Funnels.Count.ShouldBe(3);
        (await WhoAsync(query, new() { FunnelStep = 1, BreakdownValues = [Breakdown.Other] }, "a", "b", "c", "d", "e", "f")).ShouldBe("d");
    }

    [Fact]
    public async Task Breakdowns_by_person_and_group_use_the_actor_and_several_are_joined()
    {
        await store.HappenAsync("""
            a 2026-02-20T10:00 visit {"$group_0":"acme"}
            a 2026-02-20T10:01 pay
            b 2026-02-20T10:00 visit {"$group_0":"zeta"}
            """);
        await store.PersonsAsync("""
            a 2026-02-01T00:00:00 {"plan":"pro"}
            b 2026-02-01T00:00:00 {"plan":"free"}
            """);
        await store.GroupAsync(0, "acme", """{"size":10}""");
        var query = Of("visit", "pay") with { BreakdownFilter = new() { Breakdowns = [new("plan", "person"), new("size", "group", GroupTypeIndex: 0)] } };
        (await store.AskAsync<FunnelsResult>(query)).Funnels.Select(funnel => $"{string.Join('/', funnel.BreakdownValues!)} {Counts(funnel)}")
            .ShouldBe([$"free/{Breakdown.None} 1 0", "pro/10 1 1"], ignoreOrder: true);
    }

    [Fact]
    public async Task Time_to_convert_is_sorted_into_bins()
    {
        // Seconds 60, 120, 180, 600 for four actors. Automatic: ceil(cube root of 4) = 2 bins of ceil(540 / 2) = 270 s: from 60 three,
        // from 330 one. Average 240, median (120 + 180) / 2 = 150. With three bins: 180 s wide, from 60 (60, 120, 180), 240, 420 (600).
        await store.HappenAsync("""
            a 2026-02-20T10:00 visit
            a 2026-02-20T10:01 pay
            b 2026-02-20T10:00 visit
            b 2026-02-20T10:02 pay
            c 2026-02-20T10:00 visit
            c 2026-02-20T10:03 pay
            d 2026-02-20T10:00 visit
            d 2026-02-20T10:10 pay
            """);
        var query = Of("visit", "pay") with { FunnelsFilter = new() { FunnelVizType = FunnelView.TimeToConvert } };
        var times = (await store.AskAsync<FunnelsResult>(query)).ConversionTimes!;
        times.Bins.ShouldBe([new ConversionBin(60, 3), new ConversionBin(330, 1)]);
        (times.BinWidthSeconds, times.AverageSeconds, times.MedianSeconds).ShouldBe((270, 240, 150));
        (await store.AskAsync<FunnelsResult>(query with { FunnelsFilter = query.FunnelsFilter with { BinCount = 3 } })).ConversionTimes!.Bins
            .ShouldBe([new ConversionBin(60, 3), new ConversionBin(240, 0), new ConversionBin(420, 1)]);
    }

    [Fact]
    public async Task The_trend_counts_entries_by_the_day_of_their_first_step()
    {
        // a enters on the 20th and on the 21st; the payment of the 22nd converts both. b enters twice on the 20th: one entry, which the
        // later start moves within the window of a day: 09:00 on the 21st is 23 hours after 10:00. c enters on the 22nd and never pays.
        await store.HappenAsync("""
            a 2026-02-20T12:00 visit
            a 2026-02-21T12:00 visit
            a 2026-02-21T12:30 help
            a 2026-02-21T13:00 pay
            b 2026-02-20T08:00 visit
            b 2026-02-20T10:00 visit
            b 2026-02-21T09:00 pay
            c 2026-02-22T10:00 visit
            """);
        var query = Of("visit", "pay") with
        {
            DateRange = new("2026-02-20", "2026-02-22"),
            FunnelsFilter = new() { FunnelVizType = FunnelView.Trends, FunnelWindowInterval = 2 },
        };
        var trend = (await store.AskAsync<FunnelsResult>(query)).Trend!;
        trend.Days.ShouldBe(["2026-02-20", "2026-02-21", "2026-02-22"]);
        var series = trend.Series.Single();
        series.ReachedFrom.ShouldBe([2, 1, 1]);
        series.ReachedTo.ShouldBe([2, 1, 0]);
        series.Rates.ShouldBe([100, 100, 0]);
        // A window of a day: for a's entry of the 20th 25 hours are too long. 1 of 2 is 50 %.
        var aDay = query with { FunnelsFilter = query.FunnelsFilter with { FunnelWindowInterval = 1 } };
        (await store.AskAsync<FunnelsResult>(aDay)).Trend!.Series.Single().Rates.ShouldBe([50, 100, 0]);
        (await WhoAsync(aDay, new() { Day = "2026-02-20" }, "a", "b", "c")).ShouldBe("b");
        (await WhoAsync(aDay, new() { Day = "2026-02-20", FunnelStep = -2 }, "a", "b", "c")).ShouldBe("a");
        // It is the 1st of March, 14:30: with a window of 8 days that of the 20th ended on the 1st at 00:00, that of the 21st on the 2nd.
        var hidden = query with { FunnelsFilter = query.FunnelsFilter with { FunnelWindowInterval = 8, HideIncompleteConversionWindowPeriods = true } };
        (await store.AskAsync<FunnelsResult>(hidden)).Trend!.Days.ShouldBe(["2026-02-20"]);
    }

    [Fact]
    public async Task The_trend_relates_to_its_from_step_by_the_interval_of_the_first_step_and_is_cut_at_its_to_step()
    {
        // Entered on the 20th, signed up on the 21st: counted on the 20th. From step 1 (sign up) to step 2 (pay): 1 of 1; step 3 is cut.
        await store.HappenAsync("""
            a 2026-02-20T12:00 visit
            a 2026-02-21T12:00 sign_up
            a 2026-02-22T12:00 pay
            b 2026-02-20T12:00 visit
            """);
        var query = Of("visit", "sign_up", "pay", "renew") with
        {
            DateRange = new("2026-02-20", "2026-02-21"),
            FunnelsFilter = new() { FunnelVizType = FunnelView.Trends, FunnelFromStep = 1, FunnelToStep = 2 },
        };
        // The payment lies beyond the period.
        var series = (await store.AskAsync<FunnelsResult>(query)).Trend!.Series.Single();
        (string.Join(' ', series.ReachedFrom), string.Join(' ', series.ReachedTo)).ShouldBe(("1 0", "0 0"));
        series = (await store.AskAsync<FunnelsResult>(query with { DateRange = new("2026-02-20", "2026-02-22") })).Trend!.Series.Single();
        (string.Join(' ', series.ReachedFrom), string.Join(' ', series.ReachedTo)).ShouldBe(("1 0 0", "1 0 0"));
    }

    [Fact]
    public async Task An_excluded_entry_of_the_trend_takes_those_with_it_that_did_not_convert()
    {
        // a converts on the 20th, is left hanging on the 22nd, and is excluded on the 24th: only the 20th stays.
        await store.HappenAsync("""
            a 2026-02-20T12:00 visit
            a 2026-02-20T12:10 pay
            a 2026-02-22T12:00 visit
            a 2026-02-24T12:00 visit
            a 2026-02-24T12:01 error
            """);
        var query = Of("visit", "pay") with
        {
            DateRange = new("2026-02-20", "2026-02-24"),
            FunnelsFilter = new()
            {
                FunnelVizType = FunnelView.Trends,
                FunnelWindowInterval = 1,
                FunnelWindowIntervalUnit = "hour",
                Exclusions = [new(new EventsNode { Event = "error" }, 0, 1)],
            },
        };
        (await store.AskAsync<FunnelsResult>(query)).Trend!.Series.Single().ReachedFrom.ShouldBe([1, 0, 0, 0, 0]);
    }

    [Fact]
    public async Task Days_of_the_trend_are_the_projects_also_when_clocks_change()
    {
        // In New York the clocks go forward on 8 March 2026: the day has 23 hours, 05:00 to 04:00 UTC.
        store.Project = store.Project with { TimeZone = "America/New_York" };
        await store.HappenAsync("""
            a 2026-03-08T04:59 visit
            b 2026-03-08T05:00 visit
            c 2026-03-09T03:59 visit
            d 2026-03-09T04:00 visit
            """);
        var query = Of("visit", "pay") with { DateRange = new("2026-03-07", "2026-03-09"), FunnelsFilter = new() { FunnelVizType = FunnelView.Trends } };
        (await store.AskAsync<FunnelsResult>(query)).Trend!.Series.Single().ReachedFrom.ShouldBe([1, 2, 1]);
    }

    [Fact]
    public async Task Actors_of_every_step_are_as_many_as_were_counted_with_the_sessions_of_their_attempt()
    {
        await store.HappenAsync("""
            a 2026-02-20T10:00 visit {"$session_id":"s1"}
            a 2026-02-20T10:01 pay {"$session_id":"s2"}
            b 2026-02-20T10:00 visit {"$session_id":"it's \\ odd"}
            """);
        var query = Of("visit", "pay");
        var first = await store.ActorsAsync(query, new() { FunnelStep = 1 });
        first.Count.ShouldBe(2);
        // a filled two steps, b one: those who did most come first.
        first.Actors.Select(actor => (actor.Id, actor.EventCount, string.Join(' ', actor.SessionIds))).ShouldBe([
            (InsightStore.PersonOf("a").ToString(), 2, "s1 s2"), (InsightStore.PersonOf("b").ToString(), 1, "it's \\ odd")]);
        (await store.ActorsAsync(query, new() { FunnelStep = 2 })).Count.ShouldBe(1);
        (await store.ActorsAsync(query, new() { FunnelStep = -2 })).Count.ShouldBe(1);
        var refusal = await store.NewQueries().ActorsAsync(store.Project, query, new() { FunnelStep = -1 }, null, 0, 10, TestContext.Current.CancellationToken);
        refusal.Match(_ => "answered", why => why.Attribute!).ShouldBe("funnelStep");
    }

    [Fact]
    public async Task Each_breakdown_value_has_its_own_times_in_the_bins_of_all()
    {
        // Chrome: a 60 s and b 120 s, average 90. Safari: c 600 s. d never pays, e's browser is not known: 180 s.
        // Four times from 60 to 600 in three bins, each (600 - 60) / 3 = 180 s wide: from 60 (60, 120, 180), 240, 420 (600).
        await store.HappenAsync("""
            a 2026-02-20T10:00 visit {"browser":"Chrome"}
            a 2026-02-20T10:01 pay
            b 2026-02-20T10:00 visit {"browser":"Chrome"}
            b 2026-02-20T10:02 pay
            c 2026-02-20T10:00 visit {"browser":"Safari"}
            c 2026-02-20T10:10 pay
            d 2026-02-20T10:00 visit {"browser":"Opera"}
            e 2026-02-20T10:00 visit
            e 2026-02-20T10:03 pay
            """);
        var query = Of("visit", "pay") with
        {
            BreakdownFilter = new() { Breakdowns = [new("browser")] },
            FunnelsFilter = new() { FunnelVizType = FunnelView.TimeToConvert, BinCount = 3 },
        };
        var result = await store.AskAsync<FunnelsResult>(query);
        static string Text(ConversionTimes times) => $"{string.Join(' ', times.Bins.Select(bin => $"{bin.FromSeconds}:{bin.Count}"))} average {times.AverageSeconds}";

        Text(result.ConversionTimes!).ShouldBe("60:3 240:0 420:1 average 240");
        result.ConversionTimesByValue.Select(one => $"{one.BreakdownValues.Single()} {Text(one.Times)}").ShouldBe([
            "Chrome 60:2 240:0 420:0 average 90", "Safari 60:0 240:0 420:1 average 600", $"{Breakdown.None} 60:1 240:0 420:0 average 180"]);
        AnswerTable.Of(result).ToCsv().ShouldBe("from_seconds,count,Chrome,Safari,None\r\n60,3,2,0,1\r\n240,0,0,0,0\r\n420,1,0,1,0\r\n");
        // Without a breakdown there is one distribution.
        (await store.AskAsync<FunnelsResult>(query with { BreakdownFilter = new() })).ConversionTimesByValue.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_funnel_of_thirty_steps_over_all_of_time_is_answered()
    {
        // 30 steps and 5 exclusions are 35 bits: the time does not fit beside them any more.
        var steps = Enumerable.Range(1, 30).Select(step => $"step_{step}").ToArray();
        await store.HappenAsync(string.Join('\n', steps.Select((step, index) => $"a 2026-02-20T10:{index:00} {step}")));
        var query = Of(steps) with
        {
            FunnelsFilter = new() { Exclusions = [.. Enumerable.Range(0, 5).Select(index => new FunnelExclusion(new EventsNode { Event = $"error_{index}" }, 0, 29))] },
        };
        (await CountsAsync(query)).ShouldBe(string.Join(' ', steps.Select(_ => 1)));
    }

    public static TheoryData<string, FunnelsQuery> Wrong() => new()
    {
        { "series", Of("visit") },
        { "series", Of([.. Enumerable.Repeat("visit", 31)]) },
        { "series", Of() with { Series = [new EventsNode { Event = "a", OptionalInFunnel = true }, new EventsNode { Event = "b" }] } },
        { "funnelWindowInterval", Of("a", "b") with { FunnelsFilter = new() { FunnelWindowInterval = 0 } } },
        { "funnelWindowInterval", Of("a", "b") with { FunnelsFilter = new() { FunnelWindowInterval = int.MaxValue, FunnelWindowIntervalUnit = "month" } } },
        { "funnelWindowIntervalUnit", Of("a", "b") with { FunnelsFilter = new() { FunnelWindowIntervalUnit = "moon" } } },
        { "exclusions", Of("a", "b") with { FunnelsFilter = new() { Exclusions = [new(new EventsNode { Event = "b" }, 0, 1)] } } },
        { "exclusions", Of("a", "b") with { FunnelsFilter = new() { Exclusions = [new(new EventsNode { Event = "x" }, 0, 2)] } } },
        { "exclusions", Of("a", "b", "c") with { FunnelsFilter = new() { FunnelOrderType = FunnelOrder.Unordered, Exclusions = [new(new EventsNode { Event = "x" }, 0, 1)] } } },
        { "binCount", Of("a", "b") with { FunnelsFilter = new() { BinCount = 91 } } },
        { "funnelToStep", Of("a", "b", "c") with { FunnelsFilter = new() { FunnelFromStep = 1, FunnelToStep = 1 } } },
        { "breakdownAttributionValue", Of("a", "b") with { FunnelsFilter = new() { BreakdownAttributionType = Attribution.Step, BreakdownAttributionValue = 2 }, BreakdownFilter = new() { Breakdowns = [new("x")] } } },
    };

    [Theory, MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public async Task What_makes_no_sense_is_refused_by_name(string attribute, FunnelsQuery query) =>
        (await store.RefusalAsync(query)).Attribute.ShouldBe(attribute);
}
