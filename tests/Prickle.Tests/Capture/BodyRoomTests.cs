using Microsoft.Extensions.Time.Testing;
using Prickle.Capture.Inbox;

namespace Prickle.Tests.Capture;

public sealed class BodyRoomTests
{
    const int Half = (int)(BodyRoom.Limit / 2);

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    readonly FakeTimeProvider _time = new();
    readonly BodyRoom _room;

    public BodyRoomTests() => _room = new BodyRoom(_time);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_finds_it_full_waits_until_another_leaves()
    {
        var first = await EnterAsync(Half);
        await EnterAsync(Half);
        var third = EnterAsync(Half);
        third.IsCompleted.ShouldBeFalse();

        first!.Dispose();
        (await third).ShouldNotBeNull();
    }

    [Fact]
    public async Task Nobody_waits_longer_than_their_patience()
    {
        await EnterAsync(Half);
        var second = await EnterAsync(Half);
        var third = EnterAsync(Half);

        _time.Advance(Patience);
        (await third).ShouldBeNull();

        // The place that was not taken is free for the next.
        second!.Dispose();
        (await EnterAsync(Half)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_large_one_that_waits_is_not_overtaken_by_small_ones()
    {
        var first = await EnterAsync(Half);
        var large = EnterAsync(2 * Half);
        var small = EnterAsync(1);
        small.IsCompleted.ShouldBeFalse();

        first!.Dispose();
        var entered = await large;
        small.IsCompleted.ShouldBeFalse();
        entered!.Dispose();
        (await small).ShouldNotBeNull();
    }

    [Fact]
    public async Task One_larger_than_the_room_goes_in_alone()
    {
        var huge = await EnterAsync(5 * Half);
        huge.ShouldNotBeNull();
        (await _room.EnterAsync(1, TimeSpan.Zero, Cancellation)).ShouldBeNull();
        huge.Dispose();
        (await _room.EnterAsync(1, TimeSpan.Zero, Cancellation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_place_takes_what_the_body_takes_and_is_given_back_once()
    {
        var place = await EnterAsync(2 * Half);
        place!.Resize(Half);
        (await _room.EnterAsync(Half, TimeSpan.Zero, Cancellation)).ShouldNotBeNull();

        place.Dispose();
        place.Dispose();
        (await _room.EnterAsync(Half, TimeSpan.Zero, Cancellation)).ShouldNotBeNull();
        (await _room.EnterAsync(1, TimeSpan.Zero, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task While_it_is_closed_nobody_enters_and_those_who_wait_do_when_it_opens()
    {
        _room.Close();
        var waiting = EnterAsync(1);
        waiting.IsCompleted.ShouldBeFalse();
        _room.Open();
        (await waiting).ShouldNotBeNull();
    }

    [Fact]
    public async Task Who_hangs_up_while_waiting_holds_nothing()
    {
        var first = await EnterAsync(2 * Half);
        using var hangUp = new CancellationTokenSource();
        var second = _room.EnterAsync(2 * Half, Patience, hangUp.Token);
        await hangUp.CancelAsync();
        (await second).ShouldBeNull();

        first!.Dispose();
        (await _room.EnterAsync(2 * Half, TimeSpan.Zero, Cancellation)).ShouldNotBeNull();
    }

    Task<BodyRoom.Place?> EnterAsync(int size) => _room.EnterAsync(size, Patience, Cancellation).AsTask();
}
