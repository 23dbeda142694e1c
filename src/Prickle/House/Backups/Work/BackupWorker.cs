using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Prickle.Activity;
using Prickle.House.Backups.Storage;
using Prickle.Accounts;
using Prickle.Servers;
using Prickle.Storage;

namespace Prickle.House.Backups.Work;

/// <summary>
/// Works off what is due. One node of the product does it for all; when it ends, another takes up every row where it stands. A server
/// makes one backup at a time, and one restore.
/// </summary>
sealed class BackupWorker(
    IDbContextFactory<PrickleDatabase> databases, ServerDirectory servers, BackupSchedule schedule, BackupRun backups, RestoreRun restores, BackupKeeper keeper,
    ActivityLog activity, ClusterLock clusterLock, TimeProvider time, ILogger<BackupWorker> logger) : BackgroundService
{
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);
    static readonly TimeSpan BetweenForgetting = TimeSpan.FromHours(6);

    readonly ConcurrentDictionary<Guid, Task> _running = new();
    DateTimeOffset _forgotAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using (await clusterLock.TakeAsync("house-backups", stoppingToken))
                {
                    await WorkAsync(stoppingToken);
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // The store of the lock is away, say.
                logger.LogWarning(failure, "Work on backups is interrupted");
                await Task.Delay(Beat, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    async Task WorkAsync(CancellationToken stoppingToken)
    {
        // With the lock goes the work: nobody else may take up a row while this one is at it.
        using var ours = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        try
        {
            while (true)
            {
                await RoundAsync(ours.Token);
                await Task.Delay(Beat, time, stoppingToken);
            }
        }
        finally
        {
            await ours.CancelAsync();
            await Task.WhenAll(_running.Values);
        }
    }

    /// <summary>Takes up what is due, and begins to work on it.</summary>
    async Task RoundAsync(CancellationToken cancellationToken)
    {
        var all = (await servers.AllAsync(cancellationToken)).ToDictionary(server => server.Id);
        await schedule.DueAsync([.. all.Keys], cancellationToken);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var open = await database.Set<BackupRow>().AsNoTracking()
            .Where(row => row.State == BackupState.Waiting || row.State == BackupState.Reading || row.State == BackupState.Asking || row.State == BackupState.Running)
            .OrderBy(row => row.Id).Select(row => new { row.Id, row.ServerId, row.State }).ToListAsync(cancellationToken);
        // What is begun comes first.
        foreach (var first in open.OrderBy(row => row.State == BackupState.Waiting).GroupBy(row => row.ServerId).Select(group => group.First()))
        {
            Begin(first.Id, all.GetValueOrDefault(first.ServerId), BackupAsync, cancellationToken);
        }
        var jobs = await database.Set<BackupJobRow>().AsNoTracking().Where(row => row.State != BackupJobState.Good && row.State != BackupJobState.Failed)
            .OrderBy(row => row.Id).Select(row => new { row.Id, row.ServerId, row.State }).ToListAsync(cancellationToken);
        foreach (var first in jobs.OrderBy(row => row.State == BackupJobState.Waiting).GroupBy(row => row.ServerId).Select(group => group.First()))
        {
            Begin(first.Id, all.GetValueOrDefault(first.ServerId), RestoreAsync, cancellationToken);
        }
        if (time.GetUtcNow() - _forgotAt > BetweenForgetting)
        {
            _forgotAt = time.GetUtcNow();
            await keeper.ForgetAsync([.. all.Keys], cancellationToken);
        }
    }

    void Begin(Guid id, WatchedServer? server, Func<WatchedServer, Guid, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        // Rows of a server that somebody removed are forgotten before long.
        if (server is not null && !_running.ContainsKey(id))
        {
            var task = RunAsync(server, id, work, cancellationToken);
            _running[id] = task;
            _ = task.ContinueWith(_ => _running.TryRemove(id, out Task? _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    async Task RunAsync(WatchedServer server, Guid id, Func<WatchedServer, Guid, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            await work(server, id, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of the product: the next start takes it up.
        }
        catch (Exception failure)
        {
            // The relational store is away, say: the row stands where it stood, and the next round takes it up.
            logger.LogWarning(failure, "Work on a backup is interrupted");
            await Task.Delay(Beat, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task BackupAsync(WatchedServer server, Guid id, CancellationToken cancellationToken)
    {
        var row = await backups.RunAsync(server, id, cancellationToken);
        if (row.State != BackupState.Good)
        {
            logger.LogWarning("A backup of {Plan} failed: {Reason}", row.PlanName, row.Error);
            return;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var plan = row.PlanId is { } planId ? (await database.Set<BackupPlanRow>().AsNoTracking().SingleOrDefaultAsync(one => one.Id == planId, cancellationToken))?.ToPlan() : null;
        if (plan is { Terms.DrillsAfterFull: true } && row.Kind == BackupKind.Full && row.ReadFingerprint() is { Tables.Count: > 0 })
        {
            database.Add(BackupSchedule.NewDrill(row, "", time.GetUtcNow()));
            await database.SaveChangesAsync(cancellationToken);
        }
        if (plan is not null)
        {
            await keeper.KeepAsync(server, plan.Id, cancellationToken);
        }
    }

    async Task RestoreAsync(WatchedServer server, Guid id, CancellationToken cancellationToken)
    {
        var job = await restores.RunAsync(server, id, cancellationToken);
        if (job.State == BackupJobState.Failed)
        {
            logger.LogError("{Kind} of a backup failed: {Reason}", job.Kind, job.Error);
        }
        await activity.RecordAsync(new ActivityEntry
        {
            OrganizationId = job.OrganizationId,
            Verb = ActivityVerb.Restored,
            Resource = Resource.House,
            ItemId = $"{job.BackupId}",
            ItemName = $"{(job.Kind == BackupJobKind.Drill ? "Restore drill" : "Restore")} on {server.Name}",
            After = new { job.Kind, Outcome = $"{job.State}", Detail = job.Error, By = job.RequestedBy },
        }, cancellationToken);
    }
}
