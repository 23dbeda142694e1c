using Prickle.Filters;
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

    [Fact]
    public async Task Sessions_are_filtered_by_what_they_were_and_by_who_they_are_of()
    {
        var paid = "https://filtered.test/in?utm_source=google&utm_medium=cpc&gclid=1";
        await store.AddAsync("$pageview", $$"""{"$current_url":"{{paid}}"}""", "f1", before: TimeSpan.FromMinutes(30), session: "paid");
        await store.AddAsync("$pageview", """{"$current_url":"https://filtered.test/out"}""", "f1", before: TimeSpan.FromMinutes(28), session: "paid");
        await store.AddAsync("$pageview", """{"$current_url":"https://filtered.test/","$referring_domain":"www.google.com"}""", "f2", before: TimeSpan.FromMinutes(5), session: "bounce");
        await store.AddAsync("$pageview", """{"$current_url":"https://filtered.test/","$referring_domain":"$direct"}""", "f3", before: TimeSpan.FromMinutes(4), session: "direct");
        await store.AddPersonAsync(EventStore.PersonOf("f1"), """{"plan":"pro"}""");
        (await FilteredAsync("$channel_type", "exact", "Paid Search")).ShouldBe(["paid"]);
        (await FilteredAsync("$channel_type", "exact", "Organic Search")).ShouldBe(["bounce"]);
        (await FilteredAsync("$channel_type", "exact", "Direct")).ShouldBe(["direct"]);
        (await FilteredAsync("$session_duration", "between", "120", "120")).ShouldBe(["paid"]);
        (await FilteredAsync("$exit_pathname", "exact", "/out")).ShouldBe(["paid"]);
        (await FilteredAsync("$entry_utm_source", "is_set")).ShouldBe(["paid"]);
        (await FilteredAsync("$is_bounce", "exact", "true")).ShouldBe(["direct", "bounce"]);
        (await IdsAsync(Filtered(new PropertyFilter("plan", "exact", ["pro"], "person")))).ShouldBe(["paid"]);
        (await IdsAsync(Filtered(new PropertyFilter("plan", "is_not", ["pro"], "person")))).ShouldBe(["direct", "bounce"]);
    }

    static SessionFilter Filtered(PropertyFilter filter) =>
        new() { ProjectId = EventStore.Project, Search = "https://filtered.test", Properties = FilterGroup.All([filter]) };

    async Task<string[]> FilteredAsync(string key, string name, params string[] values) =>
        await IdsAsync(Filtered(new PropertyFilter(key, name, values, "session")));

    async Task AddAsync(string id, string distinctId, double startedHoursAgo, double minutes)
    {
        const string page = """{"$current_url":"https://listed.test/"}""";
        await store.AddAsync("$pageview", page, distinctId, before: TimeSpan.FromHours(startedHoursAgo), session: id);
        await store.AddAsync("$pageview", page, distinctId, before: TimeSpan.FromHours(startedHoursAgo) - TimeSpan.FromMinutes(minutes), session: id);
    }

    async Task<string[]> IdsAsync(SessionFilter filter, SessionOrder order = SessionOrder.Start, bool ascending = false) =>
        [.. (await Queries.ListAsync(filter, 10, 0, order, ascending, Cancellation)).Select(session => session.Id)];
}
