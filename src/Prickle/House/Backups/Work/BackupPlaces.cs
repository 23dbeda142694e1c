using Microsoft.EntityFrameworkCore;
using Prickle.House.Backups.Storage;
using Prickle.Servers;
using Prickle.Storage;

namespace Prickle.House.Backups.Work;

/// <summary>Finds the target of a backup, and opens its secret for the statement.</summary>
sealed class BackupPlaces(IDbContextFactory<PrickleDatabase> databases, BackupSecrets secrets, BackupNodes nodes)
{
    /// <summary>Null where it is gone, or its secret cannot be read any more.</summary>
    public async Task<BackupPlace?> FindAsync(WatchedServer server, Guid targetId, CancellationToken cancellationToken)
    {
        if (targetId == BackupTarget.OwnId)
        {
            return nodes.IsEmbedded(server) ? new BackupPlace(Own(server), "") : null;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<BackupTargetRow>().AsNoTracking().SingleOrDefaultAsync(
            row => row.Id == targetId && row.OrganizationId == server.OrganizationId && row.ServerId == server.Id, cancellationToken) is { } row
            && secrets.Open(row.Sealed) is { } secret ? new BackupPlace(row.ToTarget(), secret) : null;
    }

    public static BackupTarget Own(WatchedServer server) => new()
    {
        Id = BackupTarget.OwnId,
        OrganizationId = server.OrganizationId,
        ServerId = server.Id,
        Name = "Prickle's data folder",
        Kind = BackupTargetKind.File,
        CreatedBy = "Prickle",
    };
}
