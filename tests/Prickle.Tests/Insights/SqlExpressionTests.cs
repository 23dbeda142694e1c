using Prickle.Accounts;
using Prickle.Filters;
using Prickle.Insights;

namespace Prickle.Tests.Insights;

/// <summary>SQL expressions in filters and breakdowns pass the sandbox first.</summary>
public sealed class SqlExpressionTests(InsightStore store, SqlExpressionTests.World world)
    : IClassFixture<InsightStore>, IClassFixture<SqlExpressionTests.World>
{
    [Fact]
    public async Task A_filter_may_compute()
    {
        // 5 is too little, 50 and 70 are not; the browser's dollar needs no back-ticks.
        var result = await AskAsync("toFloat64OrNull(toString(properties.amount)) > 20 AND toString(properties.$browser) IN ('Firefox', 'Chrome')");
        result.Series.Single().Total.ShouldBe(2);
    }

    [Fact]
    public async Task A_breakdown_may_compute()
    {
        var result = await AskAsync(null, new Breakdown("if(toFloat64OrNull(toString(properties.amount)) > 20, 'much', 'little')", "hogql"));
        // Two of 50 and 70, one of 5.
        result.Series.Select(series => (series.BreakdownValues!.Single(), series.Total)).ShouldBe([("much", 2), ("little", 1)]);
    }

    [Theory]
    [InlineData("1 IN (SELECT 1 FROM system.one)")]
    [InlineData("1) OR (1")]
    [InlineData("dictGet('person_overrides', 'person_id', (1, 'x')) = generateUUIDv4()")]
    [InlineData("hostName() = 'x'")]
    [InlineData("(toUInt32(2) AS project_id) = 2")]
    [InlineData("sum(1) > 0")]
    public async Task What_reads_more_than_the_row_is_refused(string expression)
    {
        var outcome = await store.NewQueries().AskAsync(store.Project, Question(expression), Refresh.Force, TestContext.Current.CancellationToken);
        outcome.ShouldBeOfType<Outcome<InsightAnswer>.Refused>().Refusal.Reason.ShouldBe(RefusalReason.InvalidInput);
    }

    [Fact]
    public async Task A_series_may_be_an_aggregate_of_ones_own()
    {
        await world.HappenedAsync(store);
        EntityNode Computed(string expression) => new EventsNode { Event = "paid", Math = "hogql", MathHogql = expression };
        var query = Question(null) with { Series = [Computed("sum(properties.amount) / count()"), Computed("uniqExact(distinct_id) * 10")], DateRange = new("2026-02-27", "2026-02-28") };

        // (5 + 50 + 70) / 3 on the 28th, nothing on the day before; two persons.
        var result = (await store.AskAsync<TrendsResult>(query)).Series;
        (result[0].Data[0], result[1].Data[0], result[1].Data[1]).ShouldBe((0, 0, 20));
        result[0].Data[1].ShouldBe(125d / 3, 1e-9);
        // Firefox twice with 55 in all, Chrome once with 70; beyond the limit it is computed of the rest and not of sums.
        var broken = query with { Series = [Computed("sum(properties.amount) / count()")], BreakdownFilter = new() { Breakdowns = [new("$browser")], BreakdownLimit = 1 } };
        (await store.AskAsync<TrendsResult>(broken)).Series.Select(series => (series.BreakdownValues!.Single(), series.Data[1])).ShouldBe([("Chrome", 70), (Breakdown.Other, 27.5)]);
        // The people behind it are those whose events it looked at.
        InsightStore.NamesOf(await store.ActorsAsync(broken, new() { BreakdownValues = ["Chrome"], Day = "2026-02-28" }), "alice", "bob").ShouldBe("bob");
    }

    [Theory]
    [InlineData(null, "math_hogql")]
    [InlineData(" ", "math_hogql")]
    [InlineData("properties.amount", "properties")]
    [InlineData("count() + (SELECT count() FROM events)", "properties")]
    [InlineData("count() + length(file('/etc/passwd'))", "properties")]
    [InlineData("count() + any((toUInt32(2) AS project_id))", "properties")]
    public async Task An_aggregate_that_is_none_or_reads_more_is_refused(string? expression, string attribute) =>
        (await store.RefusalAsync(Question(null) with { Series = [new EventsNode { Event = "paid", Math = "hogql", MathHogql = expression }] })).Attribute.ShouldBe(attribute);

    [Fact]
    public async Task Paths_may_be_made_of_items_of_ones_own()
    {
        await world.HappenedAsync(store);
        var paths = new PathsQuery { DateRange = new("2026-02-28", "2026-02-28"), PathsFilter = new() { IncludeEventTypes = ["hogql"], PathsHogQLExpression = "if(event = 'step', properties.place, NULL)" } };

        // carol goes from the gate to the burrow (10 minutes) and on to the nest; what has no place is left out.
        (await store.AskAsync<PathsResult>(paths)).Edges.Select(edge => $"{edge.Source} {edge.Target} {edge.Weight}")
            .ShouldBe(["1_gate 2_burrow 1", "2_burrow 3_nest 1"], ignoreOrder: true);
        InsightStore.NamesOf(await store.ActorsAsync(paths, new() { PathSource = "1_gate", PathTarget = "2_burrow" }), "alice", "bob", "carol").ShouldBe("carol");
        (await store.RefusalAsync(paths with { PathsFilter = paths.PathsFilter with { PathsHogQLExpression = null } })).Attribute.ShouldBe("pathsHogQLExpression");
        foreach (var trick in new[] { "(SELECT event FROM events LIMIT 1)", "hostName()", "any(event)", "file('x')", "(toUInt32(2) AS project_id)" })
        {
            (await store.RefusalAsync(paths with { PathsFilter = paths.PathsFilter with { PathsHogQLExpression = trick } })).Attribute.ShouldBe("properties");
        }
    }

    [Fact]
    public async Task Filters_of_the_funnel_around_paths_are_checked_too()
    {
        FunnelsQuery Funnel(FilterGroup filters) => new() { Series = [new EventsNode { Event = "paid" }, new EventsNode { Event = "step" }], Properties = filters };
        PathsQuery Paths(FilterGroup filters) => new() { DateRange = new("2026-02-28", "2026-02-28"), FunnelPathsFilter = new(Funnel(filters), "after", 0) };

        (await store.TryAsync(Paths(FilterGroup.All([new PropertyFilter("properties.amount = 5", "exact", [], "hogql")])))).ShouldBeOfType<Outcome<InsightAnswer>.Done>();
        (await store.RefusalAsync(Paths(FilterGroup.All([new PropertyFilter("hostName() = 'x'", "exact", [], "hogql")])))).Attribute.ShouldBe("properties");
        (await store.RefusalAsync(Paths(FilterGroup.All([new PropertyFilter("plan", "sounds_like", ["x"])])))).Attribute.ShouldBe("funnelSource");
        (await store.RefusalAsync(Funnel(FilterGroup.Everything) with
        {
            Series = [new EventsNode { Event = "a" }, new EventsNode { Event = "b", Properties = FilterGroup.All([new PropertyFilter("x", "regex", ["("])]) }],
        })).Attribute.ShouldBe("series");
    }

    async Task<TrendsResult> AskAsync(string? filter, params Breakdown[] breakdowns)
    {
        await world.HappenedAsync(store);
        var outcome = await store.NewQueries().AskAsync(
            store.Project, Question(filter, breakdowns), Refresh.Force, TestContext.Current.CancellationToken);
        return (TrendsResult)outcome.Match(answer => answer, refusal => throw new ShouldAssertException(refusal.Detail)).Result;
    }

    static TrendsQuery Question(string? filter, params Breakdown[] breakdowns) => new()
    {
        Series = [new EventsNode { Event = "paid" }],
        DateRange = new("2026-02-28", "2026-02-28"),
        Properties = filter is null ? FilterGroup.Everything : FilterGroup.All([new PropertyFilter(filter, "exact", [], "hogql")]),
        BreakdownFilter = new() { Breakdowns = breakdowns },
    };

    /// <summary>What happened, once for all tests of the class.</summary>
    public sealed class World
    {
        bool _hasHappened;

        public async Task HappenedAsync(InsightStore store)
        {
            if (!_hasHappened)
            {
                _hasHappened = true;
                await store.HappenAsync("""
                    alice 2026-02-28T10:00 paid {"$browser":"Firefox","amount":5}
                    alice 2026-02-28T11:00 paid {"$browser":"Firefox","amount":50}
                    bob   2026-02-28T12:00 paid {"$browser":"Chrome","amount":70}
                    carol 2026-02-28T12:00 step {"place":"gate"}
                    carol 2026-02-28T12:10 step {"place":"burrow"}
                    carol 2026-02-28T12:15 step
                    carol 2026-02-28T12:20 step {"place":"nest"}
                    """);
            }
        }
    }
}
