namespace Prickle.Capture.Steps;

/// <summary>Decides when each event happened.</summary>
sealed class CorrectClock : ICaptureStep
{
    public Task RunAsync(CaptureBatch batch, CancellationToken cancellationToken)
    {
        // What was wrong with these was said when they were stored.
        foreach (var captured in batch.StoredBefore)
        {
            captured.Timestamp = EventClock.Decide(captured.Clock, captured.CapturedAt).Time;
        }
        foreach (var captured in batch.Events)
        {
            var verdict = EventClock.Decide(captured.Clock, captured.CapturedAt);
            captured.Timestamp = verdict.Time;
            if (verdict.Warning is { } reason)
            {
                batch.Warn(captured, reason, $"The client said '{captured.Clock.Timestamp}'");
            }
        }

        return Task.CompletedTask;
    }
}
