using Prickle.Capture;
using Prickle.Capture.Steps;
using Prickle.Tests.Engine;
using Prickle.Tests.Events;

namespace Prickle.Tests.Capture.Steps;

public sealed class RemoveDuplicatesTests(EngineFixture engine) : IAsyncLifetime
{
    readonly EventStore _events = new(engine);

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _events.InitializeAsync();

    public ValueTask DisposeAsync() => _events.DisposeAsync();

    [Fact]
    public async Task An_event_goes_when_it_is_stored_or_in_the_round_or_in_the_round_that_is_being_stored()
    {
        var stored = await _events.AddAsync();
        var (underway, twice, fresh) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        using var before = new CaptureBatch([], Guid.Empty, isRedelivery: false) { Events = [Captured(underway)] };
        await new RemoveDuplicates(_events.Store).RunAsync(before, Stop);
        using var batch = new CaptureBatch([], Guid.Empty, isRedelivery: false, [before.Uuids])
        {
            Events = [Captured(stored), Captured(underway), Captured(twice), Captured(twice), Captured(fresh)],
        };
        await new RemoveDuplicates(_events.Store).RunAsync(batch, Stop);

        batch.Events.Select(captured => captured.Uuid).ShouldBe([twice, fresh]);
        batch.StoredBefore.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_crash_left_stored_is_announced_again_and_the_rest_is_written()
    {
        var stored = await _events.AddAsync();
        var missing = Guid.CreateVersion7();
        using var batch = new CaptureBatch([], Guid.Empty, isRedelivery: true) { Events = [Captured(stored), Captured(missing)] };
        await new RemoveDuplicates(_events.Store).RunAsync(batch, Stop);

        batch.Events.ShouldHaveSingleItem().Uuid.ShouldBe(missing);
        batch.StoredBefore.ShouldHaveSingleItem().Uuid.ShouldBe(stored);
    }

    static CapturedEvent Captured(Guid uuid) => new()
    {
        ProjectId = EventStore.Project,
        Uuid = uuid,
        Name = "opened",
        DistinctId = "user-1",
        CapturedAt = EventStore.Now,
    };
}
