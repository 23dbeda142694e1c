namespace Prickle.Persons.Removing;

/// <summary>Takes up orders to delete somebody that a store which was away, or a process that died, left behind.</summary>
sealed class PersonRemovalWorker(PersonRemover remover, PersonResolver resolver, TimeProvider time, ILogger<PersonRemovalWorker> logger) : BackgroundService
{
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Beat, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                // Before it is known which node this is, persons cannot be written.
                if (resolver.HasNode && !stoppingToken.IsCancellationRequested)
                {
                    await remover.RemoveAllAsync(stoppingToken);
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // A store that is away must not end this for good.
                logger.LogWarning("Persons who are to be deleted could not be looked for: {Reason}", failure.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
