using Microsoft.EntityFrameworkCore;
using Prickle.Automations.Storage;
using Prickle.Storage;

namespace Prickle.Automations.Triggers;

/// <summary>Looks again and again for what no event tells: times, numbers, cohorts, flags. One node at a time.</summary>
sealed class AutomationClock(
    ScheduleRounds schedules, ThresholdRounds thresholds, CohortRounds cohorts, FlagRounds flags, RunCleaning cleaning, ClusterLock clusterLock, TimeProvider time,
    ILogger<AutomationClock> logger) : BackgroundService
{
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Everything that is looked at, in this order.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await using var turn = await clusterLock.TakeAsync("automation-clock", cancellationToken);
            foreach (var round in (Func<CancellationToken, Task>[])[schedules.RunAsync, thresholds.RunAsync, cohorts.RunAsync, flags.RunAsync, cleaning.RunAsync])
            {
                await GuardAsync(round, cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    async Task GuardAsync(Func<CancellationToken, Task> round, CancellationToken cancellationToken)
    {
        try
        {
            await round(cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // One kind of trigger must not keep the others from being looked at; it is looked at again in a moment.
            logger.LogError(failure, "{Round} failed", round.Method.DeclaringType?.Name);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
                await Task.Delay(Beat, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The lock is in the store, which may be away.
                logger.LogError(failure, "The triggers of automations could not be looked at");
                await Task.Delay(Beat, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }
}

/// <summary>Forgets runs that ended long ago, with all that they held.</summary>
sealed class RunCleaning(IDbContextFactory<PrickleDatabase> databases, TimeProvider time)
{
    /// <summary>So long the history of runs is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    const int Chunk = 2000;
    static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    DateTimeOffset _next;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now < _next)
        {
            return;
        }
        var oldest = RunTable.Micros(now - Kept);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        // Runs that begin once per person are the memory of that: they stay, without what they held.
        var old = await database.Set<RunRow>().Where(row => row.EndedAt < oldest && !row.TriggerKey.StartsWith("person:") && row.Told == 2)
            .OrderBy(row => row.EndedAt).Select(row => row.Id).Take(Chunk).ToListAsync(cancellationToken);
        foreach (var chunk in old.Chunk(500))
        {
            await database.Set<RunRow>().Where(row => chunk.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
        }
        await database.Set<RunRow>().Where(row => row.EndedAt < oldest && row.TriggerKey.StartsWith("person:") && row.Context != "{}")
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Context, "{}"), cancellationToken);
        await database.Set<MessageRow>().Where(row => row.Day < oldest).ExecuteDeleteAsync(cancellationToken);
        await database.Set<MessageDayRow>().Where(row => row.Day < oldest).ExecuteDeleteAsync(cancellationToken);
        _next = now + (old.Count == Chunk ? TimeSpan.Zero : Every);
    }
}
