using System.Globalization;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Storage;

namespace Prickle.Capture.Retention;

/// <summary>Removes events whose time of keeping is over: once an hour, by one node at a time.</summary>
sealed class RetentionWorker(
    ProjectDirectory projects, ClickHouseStore store, ClusterLock clusterLock, TimeProvider time, ILogger<RetentionWorker> logger)
    : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RunSafelyAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Removes what is over its time in every project that has one.</summary>
    internal async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await using var turn = await clusterLock.TakeAsync("retention", cancellationToken);
        foreach (var project in await projects.ListAsync(cancellationToken))
        {
            if (project.RetentionDays is not { } days)
            {
                continue;
            }

            var before = time.GetUtcNow().AddDays(-days);
            // Asked first: a deletion without rows would still look through every part.
            var old = await store.ScalarAsync(
                "SELECT count() FROM events WHERE project_id = {project:UInt32} AND timestamp < fromUnixTimestamp64Milli({before:Int64}, 'UTC')",
                Parameters(project.Id, before), cancellationToken);
            if (Convert.ToInt64(old, CultureInfo.InvariantCulture) > 0)
            {
                await store.DeleteAsync("events", "timestamp", project.Id, before, cancellationToken);
                await store.DeleteAsync("sessions", "ended_at", project.Id, before, cancellationToken);
                logger.LogInformation("Removed {Count} events of project {Project} from before {Before}", old, project.Id, before);
            }
        }
    }

    async Task RunSafelyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RemoveAsync(cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(failure, "Events over their time were not removed; it is tried again in an hour");
        }
    }

    static (string, object)[] Parameters(int projectId, DateTimeOffset before) =>
        [("project", (uint)projectId), ("before", before.ToUnixTimeMilliseconds())];
}
