using Microsoft.EntityFrameworkCore;
using Prickle.House.Backups.Storage;
using Prickle.Storage;

namespace Prickle.House.Backups.Work;

/// <summary>The rows of backups and jobs, as work on them goes on: each step is kept before the next begins.</summary>
sealed class BackupStore(IDbContextFactory<PrickleDatabase> databases)
{
    public async Task<BackupRow?> BackupAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<BackupRow>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
    }

    public async Task<BackupJobRow?> JobAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<BackupJobRow>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
    }

    public Task<BackupRow> ChangeAsync(Guid id, Action<BackupRow> change, CancellationToken cancellationToken) => ChangeRowAsync(id, change, cancellationToken);

    public Task<BackupJobRow> ChangeJobAsync(Guid id, Action<BackupJobRow> change, CancellationToken cancellationToken) => ChangeRowAsync(id, change, cancellationToken);

    /// <summary>What of an earlier backup of the plan is known: what stood still since then need not be read again.</summary>
    public async Task<Fingerprint?> LastFingerprintAsync(BackupRow backup, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return (await database.Set<BackupRow>().AsNoTracking()
            .Where(row => row.PlanId == backup.PlanId && row.PlanId != null && row.Node == backup.Node && row.State == BackupState.Good && row.Fingerprint != null)
            .OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancellationToken))?.ReadFingerprint();
    }

    async Task<T> ChangeRowAsync<T>(Guid id, Action<T> change, CancellationToken cancellationToken) where T : class
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var row = await database.Set<T>().FindAsync([id], cancellationToken) ?? throw new InvalidOperationException("The row was deleted while it was worked on.");
        change(row);
        await database.SaveChangesAsync(cancellationToken);
        return row;
    }
}
