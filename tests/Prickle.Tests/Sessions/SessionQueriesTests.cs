using Prickle.Sessions;
using Prickle.Tests.Events;

namespace Prickle.Tests.Sessions;

public sealed class SessionQueriesTests(EventStore store) : IClassFixture<EventStore>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    SessionQueries Queries => new(store.Store, store.Time);

    [Fact]
    public async Task A_session_sums_up_its_events_whichever_came_first()
    {
        await store.AddAsync("$autocapture", """{"$browser":"Firefox"}""", "u1", before: TimeSpan.FromMinutes(20), session: "sum");
        await store.AddAsync("$pageview", """{"$current_url":"https://app.test/out"}""", "u1", before: TimeSpan.FromMinutes(10), session: "sum");
        await store.AddAsync("$pageview", """{"$current_url":"https://app.test/in","$referring_domain":"search.test"}""", "u1", before: TimeSpan.FromMinutes(30), session: "sum");

        var session = (await Queries.FindAsync(EventStore.Project, "sum", Cancellation)).ShouldNotBeNull();
        session.StartedAt.ShouldBe(EventStore.Now.AddMinutes(-30));
        session.Duration.ShouldBe(TimeSpan.FromMinutes(20));
        (session.EntryUrl, session.ExitUrl).ShouldBe(("https://app.test/in", "https://app.test/out"));
        (session.ReferringDomain, session.Browser, session.Country).ShouldBe(("search.test", "Firefox", ""));
        (session.EventCount, session.PageviewCount, session.AutocaptureCount).ShouldBe((3, 2, 1));
        session.PersonId.ShouldBe(EventStore.PersonOf("u1"));
        (await Queries.FindAsync(EventStore.Project + 1, "sum", Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Lists_are_filtered_sorted_and_paged()
    {
        await AddAsync("short", "p1", startedHoursAgo: 1, minutes: 1);
        await AddAsync("long", "p1", startedHoursAgo: 30, minutes: 90);
        await AddAsync("middle", "p2", startedHoursAgo: 50, minutes: 10);
        var all = new SessionFilter { ProjectId = EventStore.Project, Search = "https://listed.test" };

        (await IdsAsync(all)).ShouldBe(["short", "long", "middle"]);
        (await IdsAsync(all, SessionOrder.Duration)).ShouldBe(["long", "middle", "short"]);
        (await IdsAsync(all, SessionOrder.Start, ascending: true)).ShouldBe(["middle", "long", "short"]);
        (await IdsAsync(all with { AtLeast = TimeSpan.FromMinutes(10) })).ShouldBe(["long", "middle"]);
        (await IdsAsync(all with { PersonId = EventStore.PersonOf("p1") })).ShouldBe(["short", "long"]);
        // Started before the period and ended in it: not of the period.
        (await IdsAsync(all with { After = EventStore.Now.AddHours(-29) })).ShouldBe(["short"]);
        (await IdsAsync(all with { Before = EventStore.Now.AddHours(-29) })).ShouldBe(["long", "middle"]);
        (await Queries.ListAsync(all, 1, 1, cancellationToken: Cancellation)).Single().Id.ShouldBe("long");
    }

    async Task AddAsync(string id, string distinctId, double startedHoursAgo, double minutes)
    {
        const string page = """{"$current_url":"https://listed.test/"}""";
        await store.AddAsync("$pageview", page, distinctId, before: TimeSpan.FromHours(startedHoursAgo), session: id);
        await store.AddAsync("$pageview", page, distinctId, before: TimeSpan.FromHours(startedHoursAgo) - TimeSpan.FromMinutes(minutes), session: id);
    }

    async Task<string[]> IdsAsync(SessionFilter filter, SessionOrder order = SessionOrder.Start, bool ascending = false) =>
        [.. (await Queries.ListAsync(filter, 10, 0, order, ascending, Cancellation)).Select(session => session.Id)];
}
