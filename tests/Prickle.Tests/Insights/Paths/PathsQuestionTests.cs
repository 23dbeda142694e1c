using Prickle.Filters;
using Prickle.Insights;
using Prickle.Tests.Events;

namespace Prickle.Tests.Insights.Paths;

/// <summary>The rules of K9, through the query service and the real engine. Each test has a project of its own.</summary>
public sealed class PathsQuestionTests : IClassFixture<InsightStore>
{
    static int lastProject = EventStore.Project;

    readonly InsightStore store;

    public PathsQuestionTests(InsightStore store)
    {
        this.store = store;
        store.Project = store.Project with { Id = ++lastProject };
    }

    static PathsQuery Of(PathsFilter? filter = null) => new() { DateRange = new QueryRange("2026-02-20", "2026-02-28"), PathsFilter = filter ?? new() };

    /// <summary>Edges with their weight, the heaviest first.</summary>
    async Task<string[]> EdgesAsync(PathsQuery query) =>
        [.. (await store.AskAsync<PathsResult>(query)).Edges.Select(edge => $"{edge.Source} > {edge.Target} {edge.Weight}")];

    /// <summary>Page views a minute apart from 10:00 on.</summary>
    Task VisitAsync(string who, params string[] pages) => store.HappenAsync(string.Join('\n', pages.Select((page, index) =>
        $$"""{{who}} 2026-02-20T10:{{index:00}} $pageview {"$current_url":"https://example.com{{page}}","$session_id":"{{who}}-session"}""")));

    [Fact]
    public async Task Pages_are_joined_by_how_often_people_went_from_one_to_the_next_and_how_long_it_took()
    {
        // "/docs/" and "/docs?x=1" are one page. a: / > docs > buy. b: / > docs after three minutes: (60 + 180) / 2 = 120 seconds.
        await VisitAsync("a", "/", "/docs/", "/buy#top");
        await store.HappenAsync("""
            b 2026-02-20T10:00 $pageview {"$current_url":"https://example.com"}
            b 2026-02-20T10:03 $pageview {"$current_url":"https://example.com/docs?x=1"}
            """);
        (await EdgesAsync(Of())).ShouldBe(["1_/ > 2_/docs 2", "2_/docs > 3_/buy 1"]);
        (await store.AskAsync<PathsResult>(Of())).Edges[0].AverageSeconds.ShouldBe(120);
    }

    [Fact]
    public async Task The_same_page_at_two_places_is_two_nodes_and_repeats_are_one()
    {
        await VisitAsync("a", "/", "/docs", "/docs", "/docs/", "/");
        (await EdgesAsync(Of())).ShouldBe(["1_/ > 2_/docs 1", "2_/docs > 3_/ 1"]);
    }

    [Fact]
    public async Task Half_an_hour_away_begins_a_new_path()
    {
        // Exactly 30 minutes between one and two: cut. 29:59 between three and four: not.
        await store.HappenAsync("""
            a 2026-02-20T10:00 $pageview {"$current_url":"https://example.com/one"}
            a 2026-02-20T10:30 $pageview {"$current_url":"https://example.com/two"}
            b 2026-02-20T10:00 $pageview {"$current_url":"https://example.com/three"}
            b 2026-02-20T10:29:59 $pageview {"$current_url":"https://example.com/four"}
            """);
        (await EdgesAsync(Of())).ShouldBe(["1_/three > 2_/four 1"]);
    }

    [Fact]
    public async Task A_start_cuts_what_came_before_its_first_occurrence()
    {
        // K-S10: only what comes after "/", at most five steps, repeats collapsed. c was never there.
        await VisitAsync("a", "/ad", "/", "/", "/one", "/two", "/three", "/four", "/five");
        await VisitAsync("c", "/ad", "/one");
        (await EdgesAsync(Of(new() { StartPoint = "/" }))).ShouldBe(["1_/ > 2_/one 1", "2_/one > 3_/two 1", "3_/two > 4_/three 1", "4_/three > 5_/four 1"], ignoreOrder: true);
    }

    [Fact]
    public async Task An_end_keeps_the_last_steps_up_to_it()
    {
        await VisitAsync("a", "/one", "/two", "/three", "/buy", "/thanks");
        await VisitAsync("b", "/one", "/two");
        (await EdgesAsync(Of(new() { EndPoint = "/buy", StepLimit = 3 }))).ShouldBe(["1_/two > 2_/three 1", "2_/three > 3_/buy 1"], ignoreOrder: true);
    }

    [Fact]
    public async Task Between_a_start_and_an_end_a_long_middle_is_shortened()
    {
        // Six steps from "/" to "/buy" with a limit of five: two at each end, and the middle as one.
        await VisitAsync("a", "/ad", "/", "/one", "/two", "/three", "/four", "/buy", "/thanks");
        // Short enough as it is.
        await VisitAsync("b", "/", "/one", "/buy");
        // The end before the start only.
        await VisitAsync("c", "/buy", "/");
        (await EdgesAsync(Of(new() { StartPoint = "/", EndPoint = "/buy" }))).ShouldBe(
            ["1_/ > 2_/one 2", "2_/one > 3_... 1", "2_/one > 3_/buy 1", "3_... > 4_/four 1", "4_/four > 5_/buy 1"]);
    }

    [Fact]
    public async Task The_projects_rules_come_before_those_of_the_question_where_it_asks_for_them()
    {
        store.Project = store.Project with { PathCleaningFilters = [new("/order/:id", @"/order/\d+"), new(@"/a\b", "^/order/:id$")] };
        await store.HappenAsync("""
            a 2026-02-20T10:00 $pageview {"$current_url":"https://x.test/order/17"}
            a 2026-02-20T10:01 $pageview {"$current_url":"https://x.test/order/18"}
            a 2026-02-20T10:02 $pageview {"$current_url":"https://x.test/order/18/pay"}
            """);
        // 17 and 18 are one place after the first rule, which the second renames; the alias is text, its backslash too.
        (await EdgesAsync(Of(new() { PathReplacements = true }))).ShouldBe([@"1_/a\b > 2_/order/:id/pay 1"]);
        (await EdgesAsync(Of(new() { PathReplacements = true, LocalPathCleaningFilters = [new("/:id", "")] }))).ShouldBe([@"1_/a\b > 2_/order/pay 1"]);
        (await EdgesAsync(Of(new()))).ShouldBe(["1_/order/17 > 2_/order/18 1", "2_/order/18 > 3_/order/18/pay 1"]);
    }

    [Fact]
    public async Task Cleaning_comes_in_order_then_wildcards_then_what_is_left_out()
    {
        // 12 becomes :id, and then /user/:id/x is one of /user/*; /health is left out as if it had not happened.
        await VisitAsync("a", "/", "/user/12/edit", "/health", "/order/7");
        await VisitAsync("b", "/", "/user/9", "/order/8");
        var filter = new PathsFilter
        {
            LocalPathCleaningFilters = [new(@"\d+", ":id"), new("^/order/:id$", "/an-order")],
            PathGroupings = ["/user/*"],
            ExcludeEvents = ["/health"],
        };
        (await EdgesAsync(Of(filter))).ShouldBe(["1_/ > 2_/user/* 2", "2_/user/* > 3_/an-order 2"]);
    }

    [Fact]
    public async Task A_wildcard_is_no_regular_expression_apart_from_its_star()
    {
        await VisitAsync("a", "/", "/a.b", "/axb");
        (await EdgesAsync(Of(new() { PathGroupings = ["/a.b*"] }))).ShouldBe(["1_/ > 2_/a.b* 1", "2_/a.b* > 3_/axb 1"]);
    }

    [Fact]
    public async Task Screens_and_own_events_are_items_where_they_are_asked_for()
    {
        await store.HappenAsync("""
            a 2026-02-20T10:00 $pageview {"$current_url":"https://example.com/"}
            a 2026-02-20T10:01 $screen {"$screen_name":"Basket"}
            a 2026-02-20T10:02 $autocapture
            a 2026-02-20T10:03 bought
            """);
        (await EdgesAsync(Of(new() { IncludeEventTypes = ["$pageview", "$screen", "custom_event"] }))).ShouldBe(["1_/ > 2_Basket 1", "2_Basket > 3_bought 1"], ignoreOrder: true);
        (await EdgesAsync(Of(new() { IncludeEventTypes = ["$screen", "custom_event"] }))).ShouldBe(["1_Basket > 2_bought 1"]);
        (await EdgesAsync(Of())).ShouldBeEmpty();
    }

    [Fact]
    public async Task Weights_and_their_limits_leave_out_edges_and_what_cannot_be_reached_without_them()
    {
        // a, b: / > docs > buy; c: / > news > buy; d, e: / > news. / > docs 2, / > news 3, docs > buy 2, news > buy 1.
        await VisitAsync("a", "/", "/docs", "/buy");
        await VisitAsync("b", "/", "/docs", "/buy");
        await VisitAsync("c", "/", "/news", "/buy");
        await VisitAsync("d", "/", "/news");
        await VisitAsync("e", "/", "/news");
        (await EdgesAsync(Of())).ShouldBe(["1_/ > 2_/news 3", "1_/ > 2_/docs 2", "2_/docs > 3_/buy 2", "2_/news > 3_/buy 1"]);
        (await EdgesAsync(Of(new() { EdgeLimit = 2 }))).ShouldBe(["1_/ > 2_/news 3", "1_/ > 2_/docs 2"]);
        (await EdgesAsync(Of(new() { MinEdgeWeight = 2 }))).ShouldBe(["1_/ > 2_/news 3", "1_/ > 2_/docs 2", "2_/docs > 3_/buy 2"]);
        // / > news is too heavy: news > buy hangs in the air.
        (await EdgesAsync(Of(new() { MaxEdgeWeight = 2 }))).ShouldBe(["1_/ > 2_/docs 2", "2_/docs > 3_/buy 2"]);
    }

    [Fact]
    public async Task Actors_of_an_edge_are_as_many_as_went_and_those_of_a_node_as_were_there()
    {
        await VisitAsync("a", "/", "/docs", "/buy");
        await VisitAsync("b", "/", "/docs");
        await VisitAsync("c", "/", "/news");
        var edge = await store.ActorsAsync(Of(), new() { PathSource = "1_/", PathTarget = "2_/docs" });
        (edge.Count, InsightStore.NamesOf(edge, "a", "b", "c")).ShouldBe((2, "a b"));
        edge.Actors[0].SessionIds.Count.ShouldBe(1);
        InsightStore.NamesOf(await store.ActorsAsync(Of(), new() { PathSource = "1_/" }), "a", "b", "c").ShouldBe("a b c");
        InsightStore.NamesOf(await store.ActorsAsync(Of(), new() { PathTarget = "3_/buy" }), "a", "b", "c").ShouldBe("a");
    }

    [Fact]
    public async Task Paths_before_between_and_after_a_step_of_a_funnel()
    {
        // a signs up at 10:02 and pays at 10:05; b never signs up.
        await store.HappenAsync("""
            a 2026-02-20T10:00 $pageview {"$current_url":"https://example.com/"}
            a 2026-02-20T10:01 $pageview {"$current_url":"https://example.com/plans"}
            a 2026-02-20T10:02 sign_up
            a 2026-02-20T10:03 $pageview {"$current_url":"https://example.com/welcome"}
            a 2026-02-20T10:04 $pageview {"$current_url":"https://example.com/basket"}
            a 2026-02-20T10:05 pay
            a 2026-02-20T10:06 $pageview {"$current_url":"https://example.com/thanks"}
            a 2026-02-20T10:40 $pageview {"$current_url":"https://example.com/account"}
            a 2026-02-20T11:30 $pageview {"$current_url":"https://example.com/late"}
            b 2026-02-20T10:00 $pageview {"$current_url":"https://example.com/"}
            b 2026-02-20T10:01 $pageview {"$current_url":"https://example.com/away"}
            """);
        var funnel = new FunnelsQuery
        {
            Series = [new EventsNode { Event = "sign_up" }, new EventsNode { Event = "pay" }],
            FunnelsFilter = new() { FunnelWindowInterval = 1, FunnelWindowIntervalUnit = "hour" },
        };
        PathsQuery At(string side, int step) => Of() with { FunnelPathsFilter = new(funnel, side, step) };
        (await EdgesAsync(At("before", 0))).ShouldBe(["1_/ > 2_/plans 1"]);
        (await EdgesAsync(At("between", 1))).ShouldBe(["1_/welcome > 2_/basket 1"]);
        // Within the window of an hour after 10:05; 34 minutes away are no end of a path here, the window is.
        (await EdgesAsync(At("after", 1))).ShouldBe(["1_/thanks > 2_/account 1"]);
        InsightStore.NamesOf(await store.ActorsAsync(At("before", 0), new() { PathSource = "1_/" }), "a", "b").ShouldBe("a");
        // Filters of the funnel are its own: nobody signed up with a plan.
        var none = funnel with { Properties = FilterGroup.All([new PropertyFilter("plan", "is_set", [])]) };
        (await EdgesAsync(Of() with { FunnelPathsFilter = new(none, "before", 0) })).ShouldBeEmpty();
    }

    [Fact]
    public async Task Persons_merged_are_one_on_their_way()
    {
        store.Project = store.Project with { Id = EventStore.Project };
        await VisitAsync("phone", "/phone");
        await store.HappenAsync("""laptop 2026-02-20T10:10 $pageview {"$current_url":"https://example.com/laptop"}""");
        (await EdgesAsync(Of())).ShouldBeEmpty();
        await store.MergeAsync("laptop", "phone");
        (await EdgesAsync(Of())).ShouldBe(["1_/phone > 2_/laptop 1"]);
    }

    public static TheoryData<string, PathsQuery> Wrong() => new()
    {
        { "includeEventTypes", Of(new() { IncludeEventTypes = [] }) },
        { "includeEventTypes", Of(new() { IncludeEventTypes = ["$autocapture"] }) },
        { "stepLimit", Of(new() { StepLimit = 1 }) },
        { "stepLimit", Of(new() { StepLimit = 21 }) },
        { "edgeLimit", Of(new() { EdgeLimit = 1001 }) },
        { "minEdgeWeight", Of(new() { MinEdgeWeight = 3, MaxEdgeWeight = 2 }) },
        { "localPathCleaningFilters", Of(new() { LocalPathCleaningFilters = [new("(", "x")] }) },
        { "series", Of() with { FunnelPathsFilter = new(new FunnelsQuery(), "before", 0) } },
        { "funnelStep", Of() with { FunnelPathsFilter = new(new FunnelsQuery { Series = [new EventsNode { Event = "a" }, new EventsNode { Event = "b" }] }, "between", 0) } },
        { "funnelPathType", Of() with { FunnelPathsFilter = new(new FunnelsQuery { Series = [new EventsNode { Event = "a" }, new EventsNode { Event = "b" }] }, "near", 0) } },
    };

    [Theory, MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public async Task What_makes_no_sense_is_refused_by_name(string attribute, PathsQuery query) =>
        (await store.RefusalAsync(query)).Attribute.ShouldBe(attribute);
}
