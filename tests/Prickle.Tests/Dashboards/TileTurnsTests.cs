using Prickle.Dashboards.Tiles;

namespace Prickle.Tests.Dashboards;

public sealed class TileTurnsTests
{
    readonly TileTurns _turns = new(atOnce: 1);

    [Fact]
    public async Task Nobody_has_a_turn_before_it_is_known_what_can_be_seen()
    {
        var first = _turns.TakeAsync(1, order: 0, TestContext.Current.CancellationToken);
        first.IsCompleted.ShouldBeFalse();
        _turns.See([]);
        (await first).Dispose();
    }

    [Fact]
    public async Task What_can_be_seen_has_the_first_turn_and_then_it_goes_in_reading_order()
    {
        var token = TestContext.Current.CancellationToken;
        var (below, above, seen) = (_turns.TakeAsync(3, order: 30, token), _turns.TakeAsync(1, order: 10, token), _turns.TakeAsync(2, order: 20, token));
        _turns.See([2]);
        (above.IsCompleted, below.IsCompleted).ShouldBe((false, false));
        (await seen).Dispose();
        var turn = await above;
        below.IsCompleted.ShouldBeFalse();
        turn.Dispose();
        (await below).Dispose();
    }

    [Fact]
    public async Task Whoever_waits_no_more_does_not_keep_a_turn()
    {
        var token = TestContext.Current.CancellationToken;
        _turns.See([]);
        var held = await _turns.TakeAsync(1, order: 0, token);
        using var leaving = new CancellationTokenSource();
        var gone = _turns.TakeAsync(2, order: 1, leaving.Token);
        var next = _turns.TakeAsync(3, order: 2, token);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(gone);
        held.Dispose();
        // Ended twice, it counts once.
        held.Dispose();
        var last = await next;
        _turns.TakeAsync(4, order: 3, token).IsCompleted.ShouldBeFalse();
        last.Dispose();
    }
}
