using Prickle.Capture.Writing;

namespace Prickle.Capture.Steps;

/// <summary>Writes the events as the store takes them, so that storing a round is nothing but sending.</summary>
sealed class BuildRows(EventInserter inserter) : ICaptureStep
{
    public Task RunAsync(CaptureBatch batch, CancellationToken cancellationToken)
    {
        inserter.Build(batch);
        return Task.CompletedTask;
    }
}
