namespace Prickle.Previews.Clock;

/// <summary>Looks twice a minute at what time brings, and at once after a change.</summary>
sealed class PreviewClock(PreviewRounds rounds, PreviewWake wake, TimeProvider time, ILogger<PreviewClock> logger) : BackgroundService
{
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await rounds.RunAsync(stoppingToken);
                await wake.WaitAsync(Beat, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // A store that is away must not end the clock for good.
                logger.LogError(error, "Previews could not be looked through");
                await Task.Delay(Beat, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
