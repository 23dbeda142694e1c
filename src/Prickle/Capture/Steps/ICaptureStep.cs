namespace Prickle.Capture.Steps;

/// <summary>
/// One step of the pipeline. Idempotent: a batch may run again from the first step after a crash or an unreachable store.
/// </summary>
interface ICaptureStep
{
    Task RunAsync(CaptureBatch batch, CancellationToken cancellationToken);
}
