using Microsoft.EntityFrameworkCore;
using Prickle.House.Backups.Storage;
using Prickle.House.Sampling;
using Prickle.Servers;
using Prickle.Storage;

namespace Prickle.House.Backups;

/// <summary>
/// How old the last good backup of each plan is, as samples that alerts watch. A plan that never had one counts from when it was made,
/// and one that is paused counts on: no backup is never health.
/// </summary>
sealed class BackupAge(IDbContextFactory<PrickleDatabase> databases)
{
    public async Task<IReadOnlyList<Sample>> TakeAsync(IReadOnlyList<WatchedServer> servers, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var plans = await database.Set<BackupPlanRow>().AsNoTracking().Select(row => new { row.Id, row.ServerId, row.Name, row.CreatedAt }).ToListAsync(cancellationToken);
        if (plans.Count == 0)
        {
            return [];
        }
        var known = servers.Select(server => server.Id).ToHashSet();
        var good = (await database.Set<BackupRow>().AsNoTracking().Where(row => row.State == BackupState.Good && row.PlanId != null && row.FinishedAt != null)
            .Select(row => new { row.PlanId, row.FinishedAt }).ToListAsync(cancellationToken)).ToLookup(row => row.PlanId, row => row.FinishedAt!.Value);
        var drills = (await database.Set<BackupJobRow>().AsNoTracking()
            .Where(row => row.Kind == BackupJobKind.Drill && row.PlanId != null && (row.State == BackupJobState.Good || row.State == BackupJobState.Failed))
            .Select(row => new { row.PlanId, row.Id, row.State }).ToListAsync(cancellationToken)).ToLookup(row => row.PlanId);
        return [.. plans.Where(plan => known.Contains(plan.ServerId)).SelectMany(plan => (Sample[])
        [
            new Sample(plan.ServerId, Label(plan.Name), SampledMetric.BackupAge, now, Math.Max(0, (now - good[plan.Id].Append(plan.CreatedAt).Max()).TotalHours)),
            // Only once one was made: who never tries has no failed one, and the page says so.
            .. drills[plan.Id].OrderByDescending(drill => drill.Id).Take(1).Select(drill =>
                new Sample(plan.ServerId, Label(plan.Name), SampledMetric.FailedDrills, now, drill.State == BackupJobState.Failed ? 1 : 0)),
        ])];
    }

    /// <summary>What stands where a node stands in other samples.</summary>
    static string Label(string plan) => $"the plan {plan}";
}
