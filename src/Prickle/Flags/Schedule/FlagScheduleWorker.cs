namespace Prickle.Flags.Schedule;

/// <summary>Sleeps until the next planned change is due; looks every half minute for what other nodes were told.</summary>
sealed class FlagScheduleWorker(FlagScheduleRunner runner, FlagScheduleWake wake, TimeProvider time, ILogger<FlagScheduleWorker> logger) : BackgroundService
{
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await runner.RunDueAsync(stoppingToken);
                var next = await runner.UntilNextAsync(stoppingToken) ?? Beat;
                await wake.WaitAsync(next < Shortest ? Shortest : next < Beat ? next : Beat, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // A store that is away must not end schedules for good.
                logger.LogError(error, "Planned changes of feature flags could not be looked through");
                await Task.Delay(Beat, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
