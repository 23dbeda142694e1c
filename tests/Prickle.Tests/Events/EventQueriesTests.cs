using System.Text.Json;
using Prickle.Events;

namespace Prickle.Tests.Events;

public sealed class EventQueriesTests(EventStore store) : IClassFixture<EventStore>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_comes_back_as_it_was_stored()
    {
        const string properties = """{"a.b":1,"nested":{"list":[1,"x",{"y":true}]},"when":"2026-01-01","ключ":"знач \"ение\"","$price":29.5}""";
        var uuid = await store.AddAsync("bought", properties, "user-9", session: "session-9", chain: "button:text=\"Buy\"");
        var stored = (await store.Queries.FindAsync(EventStore.Project, uuid, Cancellation)).ShouldNotBeNull();
        stored.Event.ShouldBe("bought");
        stored.Timestamp.ShouldBe(EventStore.Now.AddMinutes(-1));
        stored.DistinctId.ShouldBe("user-9");
        stored.PersonId.ShouldBe(EventStore.PersonOf("user-9"));
        stored.SessionId.ShouldBe("session-9");
        stored.ElementsChain.ShouldBe("button:text=\"Buy\"");
        JsonElement.DeepEquals(stored.Properties, JsonElement.Parse(properties)).ShouldBeTrue(stored.Properties.GetRawText());
    }

    [Fact]
    public async Task An_event_of_another_project_is_not_there()
    {
        (await store.Queries.AnyAsync(8, Cancellation)).ShouldBeFalse();
        var uuid = await store.AddAsync(project: 8);
        (await store.Queries.AnyAsync(8, Cancellation)).ShouldBeTrue();
        (await store.Queries.FindAsync(EventStore.Project, uuid, Cancellation)).ShouldBeNull();
        (await store.Queries.ListAsync(new EventFilter { ProjectId = 8 }, 10, cancellationToken: Cancellation)).Single().Uuid.ShouldBe(uuid);
    }

    [Fact]
    public async Task A_cursor_leads_through_all_events_once_though_new_ones_arrive_and_times_are_equal()
    {
        for (var i = 0; i < 5; i++)
        {
            await store.AddAsync($"step {i}", distinctId: "walker", before: TimeSpan.FromHours(i / 2));
        }
        var filter = new EventFilter { ProjectId = EventStore.Project, DistinctId = "walker" };
        var all = (await store.Queries.ListAsync(filter, 10, cancellationToken: Cancellation)).ConvertAll(stored => stored.Uuid);
        all.Count.ShouldBe(5);

        var walked = new List<Guid>();
        EventCursor? cursor = null;
        while (await store.Queries.ListAsync(filter, 2, cursor, cancellationToken: Cancellation) is [.., var last] page)
        {
            walked.AddRange(page.Select(stored => stored.Uuid));
            cursor = EventCursor.Parse(new EventCursor(last.Timestamp, last.Uuid).ToString());
            await store.AddAsync("newer", distinctId: "walker", before: TimeSpan.FromSeconds(-1));
        }
        walked.ShouldBe(all);
    }

    [Fact]
    public async Task The_oldest_first_is_the_newest_first_the_other_way_round()
    {
        // Over a midnight, and two at the same moment.
        foreach (var hours in (int[])[1, 30, 30, 50])
        {
            await store.AddAsync(distinctId: "both ways", before: TimeSpan.FromHours(hours));
        }
        var filter = new EventFilter { ProjectId = EventStore.Project, DistinctId = "both ways" };
        var newest = (await store.Queries.ListAsync(filter, 10, cancellationToken: Cancellation)).ConvertAll(stored => stored.Uuid);
        var oldest = (await store.Queries.ListAsync(filter, 10, oldestFirst: true, cancellationToken: Cancellation)).ConvertAll(stored => stored.Uuid);
        newest.Count.ShouldBe(4);
        oldest.ShouldBe(newest.AsEnumerable().Reverse());
        (await store.Queries.ListAsync(filter, 2, offset: 1, oldestFirst: true, cancellationToken: Cancellation)).ConvertAll(stored => stored.Uuid).ShouldBe([oldest[1], oldest[2]]);
    }

    [Fact]
    public async Task A_merge_is_seen_in_events_stored_before_it()
    {
        var target = EventStore.PersonOf("kept@fern.test");
        var anonymous = await store.AddAsync("looked", distinctId: "anonymous-77");
        await store.AddAsync("signed in", distinctId: "kept@fern.test");
        await store.OverrideAsync("anonymous-77", target);

        var found = await store.Queries.ListAsync(
            new EventFilter { ProjectId = EventStore.Project, PersonId = target }, 10, cancellationToken: Cancellation);
        found.Select(stored => stored.Event).ShouldBe(["looked", "signed in"], ignoreOrder: true);
        (await store.Queries.FindAsync(EventStore.Project, anonymous, Cancellation))!.PersonId.ShouldBe(target);
        (await store.Queries.CountAsync(new EventFilter { ProjectId = EventStore.Project, PersonId = target }, Cancellation)).ShouldBe(2);
    }

    [Fact]
    public async Task Time_session_group_and_search_narrow_the_list()
    {
        await store.AddAsync("early", distinctId: "n", before: TimeSpan.FromHours(5), session: "n1");
        await store.AddAsync("late", """{"$current_url":"https://app.test/Pricing?x=1"}""", "n", before: TimeSpan.FromHours(1), session: "n2", group: "acme");

        var all = new EventFilter { ProjectId = EventStore.Project, DistinctId = "n" };
        (await NamesAsync(all with { After = EventStore.Now.AddHours(-2) })).ShouldBe(["late"]);
        (await NamesAsync(all with { Before = EventStore.Now.AddHours(-2) })).ShouldBe(["early"]);
        (await NamesAsync(all with { SessionId = "n1" })).ShouldBe(["early"]);
        (await NamesAsync(all with { Group = (0, "acme") })).ShouldBe(["late"]);
        (await NamesAsync(all with { Search = "pricing" })).ShouldBe(["late"]);
        (await NamesAsync(all with { Search = "EARL" })).ShouldBe(["early"]);
        (await NamesAsync(all with { Search = "%" })).ShouldBeEmpty();
    }

    [Fact]
    public async Task Persons_are_called_by_the_best_that_is_known()
    {
        var (mailed, named, nameless) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await store.AddPersonAsync(mailed, """{"name":"Maya","email":"maya@fern.test"}""");
        await store.AddPersonAsync(named, """{"name":"Jon","email":""}""");
        await store.AddPersonAsync(nameless, """{"plan":"pro"}""");
        var names = await store.Queries.PersonNamesAsync(EventStore.Project, [mailed, named, nameless], Cancellation);
        names.ShouldBe(new Dictionary<Guid, string> { [mailed] = "maya@fern.test", [named] = "Jon" }, ignoreOrder: true);
    }

    async Task<string[]> NamesAsync(EventFilter filter) =>
        [.. (await store.Queries.ListAsync(filter, 10, cancellationToken: Cancellation)).Select(stored => stored.Event)];
}
