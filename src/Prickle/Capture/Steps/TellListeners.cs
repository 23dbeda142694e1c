namespace Prickle.Capture.Steps;

/// <summary>Lets everyone who listens read the events. One that fails is logged and passed over: the events are stored all the same.</summary>
sealed class TellListeners(IEnumerable<IStoredEventListener> listeners, ILogger<TellListeners> logger) : ICaptureStep
{
    public async Task RunAsync(CaptureBatch batch, CancellationToken cancellationToken)
    {
        var stored = batch.Announced;
        if (stored.Count == 0)
        {
            return;
        }

        foreach (var listener in listeners)
        {
            try
            {
                if (await listener.ReadAsync(stored, cancellationToken) is { } then)
                {
                    batch.AfterStored.Add(then);
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                logger.LogError(failure, "{Listener} failed on {Count} events", listener.GetType().Name, stored.Count);
            }
        }
    }
}
