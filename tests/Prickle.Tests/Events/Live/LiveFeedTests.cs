using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Prickle.Events;
using Prickle.Events.Live;

namespace Prickle.Tests.Events.Live;

public sealed class LiveFeedTests
{
    readonly LiveFeed _feed = new();

    [Fact]
    public void Only_those_who_watch_the_project_are_told_and_only_while_they_do()
    {
        _feed.IsWatched(1).ShouldBeFalse();
        using var other = _feed.Watch(2);
        var watching = _feed.Watch(1);
        _feed.IsWatched(1).ShouldBeTrue();
        _feed.Publish(1, [Event("a"), Event("b")]);
        watching.Take().Select(stored => stored.Event).ShouldBe(["a", "b"]);
        watching.Take().ShouldBeEmpty();
        other.Take().ShouldBeEmpty();

        watching.Dispose();
        _feed.IsWatched(1).ShouldBeFalse();
        _feed.Publish(1, [Event("c")]);
        watching.Take().ShouldBeEmpty();
    }

    [Fact]
    public void A_watcher_that_is_too_slow_keeps_the_newest_and_knows_what_it_missed()
    {
        using var watching = _feed.Watch(1);
        _feed.Publish(1, [.. Enumerable.Range(0, LiveSubscription.Capacity + 30).Select(i => Event($"{i}"))]);
        watching.Waiting.ShouldBe(LiveSubscription.Capacity);
        watching.Missed.ShouldBe(30);
        watching.Take()[0].Event.ShouldBe("30");
    }

    [Fact]
    public void The_rate_is_that_of_the_last_ten_seconds()
    {
        var time = new FakeTimeProvider();
        var rate = new ArrivalRate(time);
        rate.Add(4);
        rate.PerSecond.ShouldBe(4);
        time.Advance(TimeSpan.FromSeconds(10));
        rate.Add(6);
        rate.PerSecond.ShouldBe(1);
        time.Advance(TimeSpan.FromSeconds(5));
        rate.PerSecond.ShouldBe(0.6);
        time.Advance(TimeSpan.FromSeconds(6));
        rate.PerSecond.ShouldBe(0);
    }

    static StoredEvent Event(string name) =>
        new(Guid.CreateVersion7(), name, DateTimeOffset.UnixEpoch, "id", Guid.Empty, false, "", "", JsonElement.Parse("{}"));
}
