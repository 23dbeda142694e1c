using Prickle.Events;

namespace Prickle.Tests.Events;

public sealed class TodayTests(EventStore store) : IClassFixture<EventStore>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Today_is_compared_with_yesterday_up_to_this_time()
    {
        // It is 14:30. Two visitors today, in one session; one yesterday before that time, one after.
        await store.AddAsync("$pageview", """{"$pathname":"/pricing"}""", "a", before: TimeSpan.FromHours(1), session: "s1");
        await store.AddAsync("$pageview", """{"$pathname":"/pricing"}""", "a", before: TimeSpan.FromHours(1.5), session: "s1");
        await store.AddAsync("opened", distinctId: "b", before: TimeSpan.FromHours(14.25));
        await store.AddAsync("$pageview", """{"$pathname":"/old"}""", "c", before: TimeSpan.FromHours(24 + 2), session: "s0");
        await store.AddAsync("opened", distinctId: "d", before: TimeSpan.FromHours(24 - 2));
        await store.AddPersonAsync(EventStore.PersonOf("a"), "{}", TimeSpan.FromHours(1));
        await store.AddPersonAsync(EventStore.PersonOf("c"), "{}", TimeSpan.FromHours(26));

        var today = await store.Queries.TodayAsync(EventStore.Project, TimeZoneInfo.Utc, Cancellation);
        today.Events.ShouldBe(new DayNumber(3, 1));
        today.Visitors.ShouldBe(new DayNumber(2, 1));
        today.Sessions.ShouldBe(new DayNumber(1, 1));
        today.NewPersons.ShouldBe(new DayNumber(1, 1));
        today.Hours.Count.ShouldBe(24);
        today.Hours[13].Value.ShouldBe(2);
        today.Hours[0].Value.ShouldBe(1);
        today.Hours[12].Previous.ShouldBe(1);
        today.Hours[16].Previous.ShouldBe(1);
        today.Hours[15].Value.ShouldBeNull();

        var filter = store.Queries.TodayFilter(EventStore.Project, TimeZoneInfo.Utc);
        (await store.Queries.TopPagesAsync(filter, 5, Cancellation)).ShouldBe([new("/pricing", 2)]);
        (await store.Queries.TopEventsAsync(filter, 5, Cancellation)).ShouldBe([new("$pageview", 2), new("opened", 1)]);
        var latest = await store.Queries.LatestOfEachPersonAsync(EventStore.Project, 2, Cancellation);
        latest.ShouldBe(
        [
            new PersonActivity(EventStore.PersonOf("a"), "a", "$pageview", "/pricing", EventStore.Now.AddHours(-1)),
            new PersonActivity(EventStore.PersonOf("b"), "b", "opened", "", EventStore.Now.AddHours(-14.25)),
        ]);

        // In Auckland it is half past three at night of the next day: all of this happened yesterday, or the day before.
        var auckland = await store.Queries.TodayAsync(EventStore.Project, TimeZoneInfo.FindSystemTimeZoneById("Pacific/Auckland"), Cancellation);
        auckland.Events.Today.ShouldBe(2);
    }
}
