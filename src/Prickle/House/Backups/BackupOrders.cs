using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.House.Backups.Storage;
using Prickle.House.Backups.Work;
using Prickle.Servers;
using Prickle.Storage;

namespace Prickle.House.Backups;

/// <summary>A backup that something else waits for.</summary>
/// <param name="Id">Whoever orders the same once more gives the same.</param>
/// <param name="Node">Host and port of the node that makes it.</param>
/// <param name="For">What waits for it, for people.</param>
sealed record BackupOrder(Guid Id, WatchedServer Server, string Node, BackupTarget Target, IReadOnlyList<BackupTable> Tables, string For);

/// <summary>Full backups without a plan, which no rule deletes: for operations, which wait for them before they change anything.</summary>
sealed class BackupOrders(IDbContextFactory<PrickleDatabase> databases, BackupTargets targets, BackupStore store, TimeProvider time)
{
    const int LongestName = 100;
    const int TimeoutMinutes = 24 * 60;

    /// <summary>The target of a name; the first of the server without one. Null where there is none.</summary>
    public async Task<BackupTarget?> TargetAsync(WatchedServer server, string? name, CancellationToken cancellationToken) =>
        (await targets.ListAsync(server, cancellationToken)).FirstOrDefault(target => name is null || target.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public async Task<Backup?> FindAsync(Guid id, CancellationToken cancellationToken) => (await store.BackupAsync(id, cancellationToken))?.ToBackup();

    /// <summary>Has it made, unless it was ordered before. Its turn comes after what the server makes now.</summary>
    public async Task<Backup> OrderAsync(BackupOrder order, CancellationToken cancellationToken)
    {
        if (await FindAsync(order.Id, cancellationToken) is { } known)
        {
            return known;
        }
        var (now, name) = (time.GetUtcNow(), $"Before \"{order.For}\"");
        var row = new BackupRow
        {
            Id = order.Id,
            OrganizationId = order.Server.OrganizationId,
            ServerId = order.Server.Id,
            PlanName = name.Length > LongestName ? $"{name[..LongestName]}…" : name,
            TargetId = order.Target.Id,
            Kind = BackupKind.Full,
            ChainId = order.Id,
            Scope = JsonSerializer.Serialize(new BackupScope([], order.Tables)),
            Node = order.Node,
            HashesRows = false,
            TimeoutMinutes = TimeoutMinutes,
            Path = $"prickle-operations/{now.UtcDateTime:yyyyMMdd-HHmmss}-{$"{order.Id:n}"[^8..]}",
            State = BackupState.Waiting,
            CreatedAt = now,
        };
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        database.Add(row);
        await database.SaveChangesAsync(cancellationToken);
        return row.ToBackup();
    }
}
