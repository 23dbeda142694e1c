using Prickle.Insights;
using Prickle.Tests.Engine;

namespace Prickle.Tests.Insights;

public sealed class StickinessTests(EngineFixture engine) : IAsyncLifetime
{
    readonly InsightStore _store = new(engine);

    public ValueTask InitializeAsync() => _store.InitializeAsync();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    // Four days, 26 February to 1 March.
    static readonly StickinessQuery Query = new() { DateRange = new QueryRange("2026-02-26", "2026-03-01"), Series = [new EventsNode { Event = "open" }] };

    // ann is there on four days, bob on two (twice on the first), cid on one; dan did something else.
    Task PeopleAsync() => _store.HappenAsync("""
        ann 2026-02-26T10:00 open {"$session_id":"s1"}
        ann 2026-02-27T10:00 open
        ann 2026-02-28T10:00 open
        ann 2026-03-01T10:00 open
        bob 2026-02-26T10:00 open
        bob 2026-02-26T11:00 open
        bob 2026-03-01T11:00 open
        cid 2026-02-28T11:00 open
        dan 2026-02-28T11:00 close
        cid 2026-02-25T11:00 open
        """);

    async Task<string> DataAsync(StickinessQuery query) => string.Join(' ', (await _store.AskAsync<StickinessResult>(query)).Series[0].Data);

    [Fact]
    public async Task Actors_are_counted_by_the_number_of_their_days()
    {
        await PeopleAsync();

        var result = await _store.AskAsync<StickinessResult>(Query);

        // cid one day, bob two, nobody three, ann four.
        result.Series[0].Data.ShouldBe([1, 1, 0, 1]);
        (result.Series[0].Actors, result.Intervals).ShouldBe((3, 4));
    }

    [Fact]
    public async Task Cumulative_counts_those_with_so_many_days_and_more()
    {
        await PeopleAsync();
        var query = Query with { StickinessFilter = new StickinessFilter { ComputedAs = "cumulative" } };

        (await DataAsync(query)).ShouldBe("3 2 1 1");
        InsightStore.NamesOf(await _store.ActorsAsync(query, new ActorsSelection { Interval = 2 }), "ann", "bob", "cid").ShouldBe("ann bob");
    }

    [Fact]
    public async Task A_day_may_need_more_than_one_event()
    {
        await PeopleAsync();

        // Only bob's 26th has two.
        (await DataAsync(Query with { StickinessFilter = new StickinessFilter { StickinessCriteria = new StickinessCriteria("gte", 2) } })).ShouldBe("1 0 0 0");
        // With exactly one: cid a day, bob one (1 March), ann four.
        (await DataAsync(Query with { StickinessFilter = new StickinessFilter { StickinessCriteria = new StickinessCriteria("exact", 1) } })).ShouldBe("2 0 0 1");
    }

    [Fact]
    public async Task Several_days_count_as_one_backwards_from_the_end()
    {
        await PeopleAsync();

        // By three from the end: {27, 28, 1} and {26}. ann and bob are in both, cid in one.
        (await DataAsync(Query with { IntervalCount = 3 })).ShouldBe("1 2");
    }

    [Fact]
    public async Task The_period_before_can_be_compared_with()
    {
        await PeopleAsync();

        var result = await _store.AskAsync<StickinessResult>(Query with { CompareFilter = new CompareFilter(true) });

        // 22 to 25 February: cid on one day.
        result.Series.Select(series => (series.Compare, string.Join(' ', series.Data))).ShouldBe([("current", "1 1 0 1"), ("previous", "1 0 0 0")]);
    }

    [Fact]
    public async Task The_actors_behind_a_number_are_as_many_as_it_says()
    {
        await PeopleAsync();
        await _store.MergeAsync("cid", into: "bob");

        // cid is bob now, and 28 February a third day of his.
        (await DataAsync(Query)).ShouldBe("0 0 1 1");
        var page = await _store.ActorsAsync(Query, new ActorsSelection { Interval = 3 });
        (page.Count, InsightStore.NamesOf(page, "ann", "bob", "cid"), page.Actors[0].EventCount).ShouldBe((1, "bob", 4));
        (await _store.ActorsAsync(Query, new ActorsSelection { Interval = 4 })).Actors.ShouldHaveSingleItem().SessionIds.ShouldBe(["s1"]);
    }

    [Fact]
    public async Task What_is_wrong_with_the_question_is_said()
    {
        (await _store.RefusalAsync(Query with { Series = [] })).Attribute.ShouldBe("series");
        (await _store.RefusalAsync(Query with { IntervalCount = 0 })).Attribute.ShouldBe("intervalCount");
        (await _store.RefusalAsync(Query with { StickinessFilter = new StickinessFilter { StickinessCriteria = new StickinessCriteria("about", 2) } })).Attribute.ShouldBe("stickinessCriteria");
    }
}
