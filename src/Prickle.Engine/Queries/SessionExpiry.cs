namespace Prickle.Engine.Queries;

/// <summary>Closes sessions whose time is over, also when no other session is asked for.</summary>
sealed class SessionExpiry(Sessions sessions, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(10), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            sessions.CloseExpired();
        }
    }
}
