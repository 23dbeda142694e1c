namespace Prickle.Subscriptions.Sending;

/// <summary>Looks twice a minute for what is due, and at once when somebody asks.</summary>
sealed class SubscriptionWorker(SubscriptionSender sender, SubscriptionWake wake, TimeProvider time, ILogger<SubscriptionWorker> logger) : BackgroundService
{
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await sender.SendDueAsync(stoppingToken);
                await wake.WaitAsync(Beat, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // A store that is away must not end mails for good.
                logger.LogError(error, "Subscriptions could not be looked through");
                await Task.Delay(Beat, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
