using Prickle.Accounts;
using Prickle.Filters;
using Prickle.Insights;
using Prickle.Tests.Engine;

namespace Prickle.Tests.Insights;

public sealed class InsightActorsTests(EngineFixture engine) : IAsyncLifetime
{
    readonly InsightStore _store = new(engine);

    public ValueTask InitializeAsync() => _store.InitializeAsync();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    static TrendsQuery Query(EventsNode node) => new() { DateRange = new QueryRange("2026-02-27", "2026-03-01"), Series = [node] };

    static EventsNode Node(string? math = null, string? property = null) => new() { Event = "buy", Math = math, MathProperty = property };

    Task ShopAsync() => _store.HappenAsync("""
        ann 2026-02-27T10:00 buy {"price":5,"plan":"pro","$session_id":"s1","$group_0":"acme"}
        ann 2026-02-27T11:00 buy {"price":"no","plan":"pro","$session_id":"s2"}
        bob 2026-02-27T10:00 buy {"price":7,"plan":"free","$group_0":"acme"}
        ann 2026-02-28T10:00 buy {"price":1,"plan":"free","$group_0":"umbra"}
        cid 2026-03-01T10:00 buy {"plan":"team"}
        cid 2026-02-25T10:00 buy {"plan":"team"}
        """);

    [Theory]
    // On the 27th: three events of ann and bob; two with a number, by both; one session of ann's that counts twice.
    [InlineData("total", null, "2026-02-27", 2, 3)]
    [InlineData("dau", null, "2026-02-27", 2, 3)]
    [InlineData("sum", "price", "2026-02-27", 2, 2)]
    [InlineData("unique_session", null, "2026-02-27", 1, 2)]
    [InlineData("avg_count_per_actor", null, "2026-02-27", 2, 3)]
    [InlineData("dau", null, "2026-03-01", 1, 1)]
    // Seven days up to the 28th: all three, cid with the event of the 25th.
    [InlineData("weekly_active", null, "2026-02-28", 3, 5)]
    // Firsts: ann and bob on the 27th; cid's was on the 25th.
    [InlineData("first_time_for_user", null, "2026-02-27", 2, 2)]
    [InlineData("first_time_for_user", null, "2026-03-01", 0, 0)]
    public async Task The_actors_of_a_point_are_those_it_counted(string math, string? property, string day, long actors, long events)
    {
        await ShopAsync();
        var query = Query(Node(math, property));

        var page = await _store.ActorsAsync(query, new ActorsSelection { Day = day });

        (page.Count, page.Actors.Sum(actor => actor.EventCount)).ShouldBe((actors, events));
        if (math is "dau" or "weekly_active" or "first_time_for_user")
        {
            var result = await _store.AskAsync<TrendsResult>(query);
            result.Series[0].Data[result.Days.ToList().IndexOf(day)].ShouldBe(actors);
        }
    }

    [Fact]
    public async Task A_total_and_a_running_sum_have_their_actors_too()
    {
        await ShopAsync();
        var total = Query(Node("dau")) with { TrendsFilter = new TrendsFilter { Display = TrendsDisplay.BigNumber } };
        var running = Query(Node("dau")) with { TrendsFilter = new TrendsFilter { Display = TrendsDisplay.Cumulative } };

        (await _store.ActorsAsync(total, new ActorsSelection())).Count.ShouldBe(3);
        (await _store.ActorsAsync(running, new ActorsSelection { Day = "2026-02-28" })).Count.ShouldBe(2);
        (await _store.ActorsAsync(running, new ActorsSelection { Day = "2026-03-01" })).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Values_other_and_the_period_before_can_be_opened()
    {
        await ShopAsync();
        var query = Query(Node("dau")) with
        {
            BreakdownFilter = new BreakdownFilter { Breakdowns = [new Breakdown("plan")], BreakdownLimit = 1 },
            CompareFilter = new CompareFilter(true),
        };

        // By persons and days: free 1 + 1, pro 1, team 1: free is shown, pro and team are Other: ann and cid.
        InsightStore.NamesOf(await _store.ActorsAsync(query, new ActorsSelection { BreakdownValues = ["free"] }), "ann", "bob", "cid").ShouldBe("ann bob");
        InsightStore.NamesOf(await _store.ActorsAsync(query, new ActorsSelection { BreakdownValues = [Breakdown.Other] }), "ann", "bob", "cid").ShouldBe("ann cid");
        var previous = new ActorsSelection { Compare = "previous", Day = "2026-02-25", BreakdownValues = [Breakdown.Other] };
        InsightStore.NamesOf(await _store.ActorsAsync(query, previous), "ann", "bob", "cid").ShouldBe("cid");
    }

    [Fact]
    public async Task Groups_are_listed_by_their_names()
    {
        await _store.GroupAsync(0, "acme", """{"name":"Acme Ltd"}""");
        await ShopAsync();

        var page = await _store.ActorsAsync(Query(Node("unique_group") with { MathGroupTypeIndex = 0 }), new ActorsSelection { Day = "2026-02-27" });

        page.Actors.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            actor => actor.Id.ShouldBe("acme"), actor => actor.Name.ShouldBe("Acme Ltd"), actor => actor.EventCount.ShouldBe(2));
    }

    [Fact]
    public async Task Actors_are_named_found_and_paged_in_a_stable_order()
    {
        await _store.PersonsAsync("""
            bob 2026-01-01T00:00:00 {"email":"bob@burrow.test"}
            cid 2026-01-01T00:00:00 {"name":"Cid"}
            """);
        await ShopAsync();
        var query = Query(Node());

        var all = await _store.ActorsAsync(query, new ActorsSelection());
        var pages = new[] { await _store.ActorsAsync(query, new ActorsSelection(), limit: 2), await _store.ActorsAsync(query, new ActorsSelection(), offset: 2, limit: 2) };

        // ann did three things, the others one.
        (all.Actors[0].Id, all.Actors[0].Name, all.Actors[0].EventCount).ShouldBe((InsightStore.PersonOf("ann").ToString(), InsightStore.PersonOf("ann").ToString(), 3));
        all.Actors[0].SessionIds.Order(StringComparer.Ordinal).ShouldBe(["s1", "s2"]);
        pages.SelectMany(page => page.Actors).Select(actor => actor.Id).ShouldBe(all.Actors.Select(actor => actor.Id));
        pages.ShouldAllBe(page => page.Count == 3);
        (await _store.ActorsAsync(query, new ActorsSelection(), "BURROW")).Actors.ShouldHaveSingleItem().Name.ShouldBe("bob@burrow.test");
        (await _store.ActorsAsync(query, new ActorsSelection(), InsightStore.PersonOf("cid").ToString()[..13])).Actors.ShouldHaveSingleItem().Name.ShouldBe("Cid");
        (await _store.ActorsAsync(query, new ActorsSelection(), offset: 50)).ShouldSatisfyAllConditions(page => page.Count.ShouldBe(3), page => page.Actors.ShouldBeEmpty());
    }

    [Fact]
    public async Task What_has_no_actors_is_refused_in_words()
    {
        var formula = Query(Node()) with { TrendsFilter = new TrendsFilter { FormulaNodes = [new FormulaNode("A*2")] } };

        (await RefusalAsync(formula, new ActorsSelection())).Detail.ShouldStartWith("A formula has no actors");
        (await RefusalAsync(Query(Node()), new ActorsSelection { Day = "2020-01-01" })).Attribute.ShouldBe("day");
        (await RefusalAsync(Query(Node()), new ActorsSelection { Series = 4 })).Attribute.ShouldBe("series");
        (await RefusalAsync(Query(Node()), new ActorsSelection { Compare = "previous" })).Attribute.ShouldBe("compare");
        (await RefusalAsync(Query(Node()), new ActorsSelection { BreakdownValues = ["x"] })).Attribute.ShouldBe("breakdownValues");
    }

    async Task<Refusal> RefusalAsync(InsightQuery query, ActorsSelection selection) =>
        (await _store.NewQueries().ActorsAsync(_store.Project, query, selection, null, 0, 100, TestContext.Current.CancellationToken))
        .Match(_ => throw new InvalidOperationException("It was answered."), refusal => refusal);
}
