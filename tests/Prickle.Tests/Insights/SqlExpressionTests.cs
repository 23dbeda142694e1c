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
    public async Task What_reads_more_than_the_row_is_refused(string expression)
    {
        var outcome = await store.NewQueries().AskAsync(store.Project, Question(expression), Refresh.Force, TestContext.Current.CancellationToken);
        outcome.ShouldBeOfType<Outcome<InsightAnswer>.Refused>().Refusal.Reason.ShouldBe(RefusalReason.InvalidInput);
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
                    """);
            }
        }
    }
}
