using Microsoft.EntityFrameworkCore;
using Prickle.House.Backups.Storage;
using Prickle.Servers;
using Prickle.Storage;

namespace Prickle.House.Backups.Work;

/// <summary>Deletes what is past its keeping.</summary>
sealed class BackupKeeper(IDbContextFactory<PrickleDatabase> databases, BackupPlaces places, BackupFiles files, TimeProvider time)
{
    static readonly TimeSpan HistoryKeptFor = TimeSpan.FromDays(180);

    /// <summary>The chains of a plan that its rule does not keep.</summary>
    public async Task KeepAsync(WatchedServer server, Guid planId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if ((await database.Set<BackupPlanRow>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == planId, cancellationToken))?.ToPlan() is not { } plan)
        {
            return;
        }
        var backups = await database.Set<BackupRow>().AsNoTracking().Where(row => row.PlanId == planId && row.State != BackupState.Deleted).ToListAsync(cancellationToken);
        var busy = await BusyAsync(database, cancellationToken);
        foreach (var chain in BackupRetention.ChainsPast([.. backups.Select(row => row.ToBackup())], plan.Terms.Keeping, time.GetUtcNow(), busy))
        {
            await DeleteChainAsync(server, chain, cancellationToken);
        }
    }

    /// <summary>Deletes a full backup and those that stand on it; the last first, so that nothing is ever left without its base. Null when all are gone, else why not.</summary>
    public async Task<string?> DeleteChainAsync(WatchedServer server, Guid chain, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        string? left = null;
        foreach (var row in await database.Set<BackupRow>().Where(row => row.ChainId == chain && row.State != BackupState.Deleted).OrderByDescending(row => row.Id).ToListAsync(cancellationToken))
        {
            var why = await places.FindAsync(server, row.TargetId, cancellationToken) is { } place
                ? await files.DeleteAsync(server, place, row.Path, cancellationToken) : "Its target is not set up any more: delete its files there.";
            // A failed one left nothing that counts.
            var isGone = why is null || row.State == BackupState.Failed;
            (row.State, row.Error) = (isGone ? BackupState.Deleted : BackupState.Expired, isGone ? row.Error : why);
            left ??= isGone ? null : why;
            await database.SaveChangesAsync(cancellationToken);
        }
        return left;
    }

    /// <summary>Forgets what has been over for long, and of which there are no files; and all about servers that are watched no more, the keys of their buckets first.</summary>
    public async Task ForgetAsync(IReadOnlyCollection<Guid> servers, CancellationToken cancellationToken)
    {
        var oldest = time.GetUtcNow() - HistoryKeptFor;
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Set<BackupRow>().Where(row => (row.State == BackupState.Deleted || row.State == BackupState.Failed) && row.CreatedAt < oldest).ExecuteDeleteAsync(cancellationToken);
        await database.Set<BackupJobRow>().Where(row => row.FinishedAt != null && row.CreatedAt < oldest).ExecuteDeleteAsync(cancellationToken);
        // The product's own is not in the list before there is an organization, and is never removed.
        var watched = servers.Append(WatchedServer.OwnId).ToList();
        await database.Set<BackupTargetRow>().Where(row => !watched.Contains(row.ServerId)).ExecuteDeleteAsync(cancellationToken);
        await database.Set<BackupPlanRow>().Where(row => !watched.Contains(row.ServerId)).ExecuteDeleteAsync(cancellationToken);
        await database.Set<BackupJobRow>().Where(row => !watched.Contains(row.ServerId)).ExecuteDeleteAsync(cancellationToken);
        await database.Set<BackupRow>().Where(row => !watched.Contains(row.ServerId)).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Backups that are being restored, with the full ones that they stand on.</summary>
    public static async Task<HashSet<Guid>> BusyAsync(PrickleDatabase database, CancellationToken cancellationToken) => [.. await database.Set<BackupJobRow>().AsNoTracking()
        .Where(row => row.State != BackupJobState.Good && row.State != BackupJobState.Failed).Select(row => row.BackupId).ToListAsync(cancellationToken)];
}
