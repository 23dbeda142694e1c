using Prickle.Capture.Writing;

namespace Prickle.Capture.Steps;

/// <summary>Stores the events, and what was wrong with any of the batch.</summary>
sealed class WriteEvents(EventInserter events, WarningInserter warnings) : ICaptureStep
{
    public async Task RunAsync(CaptureBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Events.Count > 0)
        {
            await events.InsertAsync(batch, cancellationToken);
        }

        await warnings.InsertAsync(batch, cancellationToken);
    }
}
