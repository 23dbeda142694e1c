namespace Prickle.Capture;

/// <summary>What a listener does with the events it read, once they are stored and can be queried.</summary>
public delegate Task AfterStored(CancellationToken cancellationToken);

/// <summary>
/// Hears of every event that is stored: at least once, in the order of the inbox. Keep a key of your own
/// (what, event uuid) where twice would hurt. Be quick or queue: capture waits for you.
/// </summary>
/// <remarks>
/// In two steps, since what is stored together would take too much memory to be kept until it is: the events are read on their
/// way into the store, and what is to be done about them is done when they are there. When they do not get there, they are read
/// again at the next try, and only what the last reading gave is done.
/// </remarks>
public interface IStoredEventListener
{
    /// <summary>
    /// Reads the events of one round. They, and the JSON they point into, live until the returned task ends: keep what
    /// <see cref="CapturedEvent.Detached"/> gives. Gives what is to be done once they are stored, or null.
    /// </summary>
    ValueTask<AfterStored?> ReadAsync(IReadOnlyList<CapturedEvent> events, CancellationToken cancellationToken);
}
