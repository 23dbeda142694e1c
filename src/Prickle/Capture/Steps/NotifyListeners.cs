namespace Prickle.Capture.Steps;

/// <summary>Tells everyone who listens. A listener that fails is logged and passed over: the events are stored.</summary>
sealed class NotifyListeners(IEnumerable<IStoredEventListener> listeners, ILogger<NotifyListeners> logger) : ICaptureStep
{
    public async Task RunAsync(CaptureBatch batch, CancellationToken cancellationToken)
    {
        var stored = batch.StoredBefore.Count == 0 ? batch.Events : [.. batch.StoredBefore, .. batch.Events];
        if (stored.Count == 0)
        {
            return;
        }

        foreach (var listener in listeners)
        {
            try
            {
                await listener.StoredAsync(stored, cancellationToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                logger.LogError(failure, "{Listener} failed on {Count} events", listener.GetType().Name, stored.Count);
            }
        }
    }
}
