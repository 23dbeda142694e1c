namespace Prickle.Capture;

/// <summary>
/// Hears of every event after it is stored: at least once, in the order of the inbox. Keep a key of your own
/// (what, event uuid) where twice would hurt. Be quick or queue: capture waits for you.
/// </summary>
public interface IStoredEventListener
{
    /// <summary>The events of one batch. They, and the JSON they point into, live until the returned task ends.</summary>
    Task StoredAsync(IReadOnlyList<CapturedEvent> events, CancellationToken cancellationToken);
}
