using Prickle.Capture.Inbox;

namespace Prickle.Capture;

/// <summary>How capture is doing, for people and for health checks.</summary>
public sealed class CaptureState
{
    readonly DurableInbox _inbox;
    volatile Progress _progress = new(null, null, null);

    internal CaptureState(DurableInbox inbox) => _inbox = inbox;

    /// <summary>Accepted requests that are not stored as events yet.</summary>
    public long InboxDepth => _inbox.Count;

    /// <summary>Why requests are refused with 503, or null.</summary>
    public string? InboxFailure => _inbox.Failure;

    /// <summary>Why accepted requests wait, or null while they flow.</summary>
    public string? Obstacle => _progress.Obstacle;

    /// <summary>Since when they wait.</summary>
    public DateTimeOffset? ObstacleSince => _progress.Since;

    /// <summary>When a round was last stored.</summary>
    public DateTimeOffset? LastStoredAt => _progress.LastStoredAt;

    /// <summary>When the oldest waiting request arrived.</summary>
    public DateTimeOffset? OldestWaiting() => _inbox.Oldest();

    internal void Flowing(DateTimeOffset now) => _progress = new Progress(null, null, now);

    internal void Stuck(string why, DateTimeOffset now) =>
        _progress = _progress with { Obstacle = why, Since = _progress.Since ?? now };

    sealed record Progress(string? Obstacle, DateTimeOffset? Since, DateTimeOffset? LastStoredAt);
}
