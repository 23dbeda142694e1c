using Prickle.ClickHouse;

namespace Prickle.Persons.Storage;

/// <summary>
/// Has the dictionary of overrides read again when overrides were written. A ClickHouse server does so by itself, by the
/// dictionary's LIFETIME; the embedded engine has nobody that looks at lifetimes, and would show merged persons apart
/// until its next start. At most once a second, since each time reads all of it.
/// </summary>
sealed class OverrideRefresh(ClickHouseStore store, TimeProvider time, ILogger<OverrideRefresh> logger) : BackgroundService
{
    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim asked = new(0, 1);
    readonly Lock gate = new();

    /// <summary>Asks for it, soon.</summary>
    public void Ask()
    {
        lock (gate)
        {
            if (asked.CurrentCount == 0)
            {
                asked.Release();
            }
        }
    }

    public override void Dispose()
    {
        asked.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await asked.WaitAsync(stoppingToken);
                if (store.Endpoint.IsEmbedded)
                {
                    await store.ExecuteAsync("SYSTEM RELOAD DICTIONARY person_overrides", cancellationToken: stoppingToken);
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning(failure, "The overrides of persons were not read again; it is tried once more");
                Ask();
            }
            await Task.Delay(Shortest, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
