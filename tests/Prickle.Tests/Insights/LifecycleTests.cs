using Prickle.Insights;
using Prickle.Tests.Engine;

namespace Prickle.Tests.Insights;

public sealed class LifecycleTests(EngineFixture engine) : IAsyncLifetime
{
    readonly InsightStore _store = new(engine);

    public ValueTask InitializeAsync() => _store.InitializeAsync();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    // Three days: 26, 27, 28 February; the 25th is looked at for who comes back and who does not.
    static readonly LifecycleQuery Query = new() { DateRange = new QueryRange("2026-02-26", "2026-02-28"), Series = [new EventsNode { Event = "open" }] };

    async Task<string> ShownAsync(LifecycleQuery query) => string.Join("; ", (await _store.AskAsync<LifecycleResult>(query)).Series.Select(series =>
        $"{series.Status}: {string.Join(' ', series.Data)}"));

    async Task PeopleAsync()
    {
        // new: made on the day of her first event here. old: made long ago. late: made on the 25th, first here on the 27th.
        // ghost has no profile.
        await _store.PersonsAsync("""
            new 2026-02-26T09:00:00
            old 2025-01-01T00:00:00
            late 2026-02-25T09:00:00
            """);
        await _store.HappenAsync("""
            new 2026-02-26T10:00 open
            new 2026-02-27T10:00 open {"$session_id":"s1"}
            new 2026-02-27T11:00 open {"$session_id":"s1"}
            old 2026-02-25T10:00 open
            old 2026-02-28T10:00 open
            late 2026-02-27T10:00 open
            ghost 2026-02-26T10:00 open
            """);
    }

    [Fact]
    public async Task Each_actor_has_a_state_in_each_interval()
    {
        await PeopleAsync();

        // 26: new is new; old, active on the 25th, is dormant.
        // 27: new returns; late was not made on that day, so it is no new one.
        // 28: old is back; new and late are dormant. Nobody is dormant after the end.
        (await ShownAsync(Query)).ShouldBe("New: 1 0 0; Returning: 0 1 0; Resurrecting: 0 1 1; Dormant: -1 0 -2");
    }

    [Fact]
    public async Task Only_the_wanted_states_are_shown()
    {
        await PeopleAsync();

        (await ShownAsync(Query with { LifecycleFilter = new LifecycleFilter([LifecycleStatus.Dormant, LifecycleStatus.New]) })).ShouldBe("New: 1 0 0; Dormant: -1 0 -2");
    }

    [Fact]
    public async Task The_actors_of_a_state_are_as_many_as_it_says()
    {
        await PeopleAsync();

        var dormant = await _store.ActorsAsync(Query, new ActorsSelection { Day = "2026-02-28", Status = LifecycleStatus.Dormant });
        (dormant.Count, InsightStore.NamesOf(dormant, "new", "old", "late")).ShouldBe((2, "late new"));
        var returning = (await _store.ActorsAsync(Query, new ActorsSelection { Day = "2026-02-27", Status = LifecycleStatus.Returning })).Actors.ShouldHaveSingleItem();
        (returning.EventCount, returning.SessionIds[0]).ShouldBe((2, "s1"));
    }

    [Fact]
    public async Task A_merged_person_lives_one_life()
    {
        await PeopleAsync();
        await _store.MergeAsync("late", into: "old");

        // old is active on 25, 27 and 28 now: dormant on the 26th, back on the 27th, returning on the 28th.
        (await ShownAsync(Query)).ShouldBe("New: 1 0 0; Returning: 0 1 1; Resurrecting: 0 1 0; Dormant: -1 0 -1");
    }

    [Fact]
    public async Task Groups_have_lives_too_from_when_they_were_made()
    {
        await _store.GroupAsync(0, "acme", "{}", "2026-02-27 08:00:00");
        await _store.HappenAsync("""
            ann 2026-02-27T10:00 open {"$group_0":"acme"}
            bob 2026-02-28T10:00 open {"$group_0":"acme"}
            cid 2026-02-28T10:00 open
            """);

        (await ShownAsync(Query with { AggregationGroupTypeIndex = 0 })).ShouldBe("New: 0 1 0; Returning: 0 0 1; Resurrecting: 0 0 0; Dormant: 0 0 0");
    }

    [Fact]
    public async Task Weeks_and_zones_decide_when_a_life_begins()
    {
        _store.Project = _store.Project with { TimeZone = "Europe/Berlin", WeekStart = DayOfWeek.Monday };
        // Made on Sunday 22 February at 23:30 UTC, which in Berlin is Monday the 23rd: a new one of that week.
        await _store.PersonsAsync("ann 2026-02-22T23:30:00");
        await _store.HappenAsync("ann 2026-02-24T10:00 open");

        var query = Query with { Interval = Interval.Week };
        (await ShownAsync(query)).ShouldBe("New: 1; Returning: 0; Resurrecting: 0; Dormant: 0");
        (await _store.RefusalAsync(query with { Series = [] })).Detail.ShouldBe("A lifecycle has exactly one series.");
    }
}
