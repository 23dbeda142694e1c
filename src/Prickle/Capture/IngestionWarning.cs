namespace Prickle.Capture;

/// <summary>One thing that was wrong with what came in.</summary>
/// <param name="ProjectId">Whose it is.</param>
/// <param name="Reason">What was wrong.</param>
/// <param name="At">When it arrived.</param>
/// <param name="Event">The event's name, when it has one.</param>
/// <param name="EventUuid">The event's uuid, when it has one.</param>
/// <param name="DistinctId">The distinct id, when it has one.</param>
/// <param name="Details">One sentence for people.</param>
public sealed record IngestionWarning(
    int ProjectId, DropReason Reason, DateTimeOffset At, string Event, string EventUuid, string DistinctId, string Details);
