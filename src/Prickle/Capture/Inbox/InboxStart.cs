namespace Prickle.Capture.Inbox;

/// <summary>Opens the inbox before anything is served: from then on events are taken, whatever else is down.</summary>
sealed class InboxStart(DurableInbox inbox) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        inbox.Open();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
