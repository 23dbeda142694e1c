namespace Prickle.Tests.Previews;

/// <summary>A clock that runs as all do, some time ahead: capture and its timers go on while days pass.</summary>
public sealed class ShiftedTime : TimeProvider
{
    long _ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);
}
