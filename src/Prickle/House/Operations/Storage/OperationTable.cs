using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Storage;

namespace Prickle.House.Operations.Storage;

/// <summary>Something to be written down about an operation.</summary>
sealed record NewEvent(string Actor, string What, string? Detail = null, int? Step = null, string? Node = null, string? Statement = null, string? QueryId = null);

/// <summary>Who works at an operation, and the how-manieth: what is written under an older one is refused.</summary>
sealed record OperationLease(Guid Operation, Guid Owner, int Fence);

/// <summary>Operations on disk. People and the one who works write through here, each move checked against where it may come from.</summary>
sealed class OperationTable(IDbContextFactory<PrickleDatabase> databases, TimeProvider time)
{
    /// <summary>Renewed every few seconds; when it runs out, another node takes over.</summary>
    public static readonly TimeSpan LeaseFor = TimeSpan.FromSeconds(20);

    const int LongestDetail = 4000;
    const int LongestStatement = 20_000;

    public async Task<OperationRow?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<OperationRow>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
    }

    public async Task<IReadOnlyList<OperationStepRow>> StepsAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<OperationStepRow>().AsNoTracking().Where(row => row.OperationId == id).OrderBy(row => row.Step).ThenBy(row => row.Node).ToListAsync(cancellationToken);
    }

    /// <summary>The newest first.</summary>
    public async Task<(long Count, IReadOnlyList<OperationEvent> Events)> EventsAsync(Guid id, int offset, int limit, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var all = database.Set<OperationEventRow>().AsNoTracking().Where(row => row.OperationId == id);
        return (await all.LongCountAsync(cancellationToken), [.. (await all.OrderByDescending(row => row.Sequence).Skip(offset).Take(limit).ToListAsync(cancellationToken)).Select(row => row.ToEvent())]);
    }

    /// <summary>The first entry whose hash is not that of its text and the one before; null where all are as they were written.</summary>
    public async Task<int?> BrokenAtAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var before = "";
        foreach (var row in await database.Set<OperationEventRow>().AsNoTracking().Where(row => row.OperationId == id).OrderBy(row => row.Sequence).ToListAsync(cancellationToken))
        {
            if (row.Hash != HashOf(row, before))
            {
                return row.Sequence;
            }
            before = row.Hash;
        }
        return null;
    }

    /// <summary>Changes an operation that a person decides about; false where it is not (any more) as it has to be for that.</summary>
    /// <param name="to">Where it goes.</param>
    /// <param name="change">What else changes with it.</param>
    public async Task<bool> MoveAsync(Guid id, int version, OperationState to, Action<OperationRow> change, NewEvent entry, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var from = OperationMoves.Into(to);
        // First of all the row itself: from here on nobody else moves it.
        if (await database.Set<OperationRow>().Where(row => row.Id == id && row.Version == version && from.Contains(row.State))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, to).SetProperty(row => row.Version, row => row.Version + 1), cancellationToken) != 1)
        {
            return false;
        }
        var row = await database.Set<OperationRow>().SingleAsync(row => row.Id == id, cancellationToken);
        change(row);
        await AddAsync(database, id, [entry], cancellationToken);
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Notes what somebody wants of an operation that is worked at, or changes its throttle, without moving it.</summary>
    public async Task<bool> ChangeAsync(Guid id, Func<OperationRow, bool> change, NewEvent entry, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await database.Set<OperationRow>().Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Version, row => row.Version + 1), cancellationToken);
        if (await database.Set<OperationRow>().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } row || !change(row))
        {
            return false;
        }
        await AddAsync(database, id, [entry], cancellationToken);
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    public async Task InsertAsync(OperationRow row, NewEvent entry, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        database.Add(row);
        await AddAsync(database, row.Id, [entry], cancellationToken);
        await database.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Takes an operation that is due and that nobody works at; one at a time on each server.</summary>
    public async Task<(OperationLease Lease, OperationRow Row)?> LeaseAsync(Guid owner, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var due = await database.Set<OperationRow>().AsNoTracking()
            .Where(row => OperationMoves.Working.Contains(row.State) || (row.State == OperationState.Keeping && row.DropAt <= now))
            .OrderBy(row => row.StartedAt ?? row.CreatedAt).ToListAsync(cancellationToken);
        // One that is at it goes before one that has not begun.
        foreach (var one in due.GroupBy(row => (row.OrganizationId, row.ServerId)).Select(rows => rows.OrderBy(row => row.State == OperationState.Queued).First())
            .Where(row => row.LeaseUntil is null || row.LeaseUntil < now))
        {
            var (fence, until) = (one.Fence + 1, now + LeaseFor);
            if (await database.Set<OperationRow>().Where(row => row.Id == one.Id && row.Fence == one.Fence && row.State == one.State && (row.LeaseUntil == null || row.LeaseUntil < now))
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseOwner, owner).SetProperty(row => row.LeaseUntil, until).SetProperty(row => row.Fence, fence), cancellationToken) == 1)
            {
                return (new OperationLease(one.Id, owner, fence), one);
            }
        }
        return null;
    }

    /// <summary>With one data folder nobody else can hold a lease: those that are there are of a process that died.</summary>
    public async Task ReclaimAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (database is SqliteDatabase)
        {
            await database.Set<OperationRow>().Where(row => row.LeaseUntil != null).ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null), cancellationToken);
        }
    }

    /// <summary>Keeps the lease; false where it is lost.</summary>
    public async Task<bool> RenewAsync(OperationLease lease, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + LeaseFor;
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await Held(database, lease).ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseUntil, until), cancellationToken) == 1;
    }

    /// <summary>Lets go, so that another may take it at once.</summary>
    public async Task ReleaseAsync(OperationLease lease, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await Held(database, lease).ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null).SetProperty(row => row.LeaseOwner, (Guid?)null), cancellationToken);
    }

    /// <summary>What somebody wants, as it is now; null where the lease is lost.</summary>
    public async Task<OperationRow?> LookAsync(OperationLease lease, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await Held(database, lease).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Writes what the one who works did; false where the lease is lost, and nothing was written.</summary>
    public async Task<bool> WorkAsync(
        OperationLease lease, Action<OperationRow>? change, OperationStepRow? step, IReadOnlyList<NewEvent> entries, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await Held(database, lease).ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseUntil, time.GetUtcNow() + LeaseFor), cancellationToken) != 1)
        {
            return false;
        }
        if (change is not null)
        {
            var row = await Held(database, lease).SingleAsync(cancellationToken);
            var from = row.State;
            change(row);
            if (row.State != from && !OperationMoves.Allows(from, row.State))
            {
                throw new InvalidOperationException($"An operation does not go from {from} to {row.State}.");
            }
        }
        if (step is not null)
        {
            var stored = await database.Set<OperationStepRow>().SingleOrDefaultAsync(row => row.OperationId == step.OperationId && row.Step == step.Step && row.Node == step.Node, cancellationToken);
            if (stored is null)
            {
                database.Add(step);
            }
            else
            {
                database.Entry(stored).CurrentValues.SetValues(step);
            }
        }
        await AddAsync(database, lease.Operation, entries, cancellationToken);
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    async Task AddAsync(PrickleDatabase database, Guid operation, IReadOnlyList<NewEvent> entries, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
        {
            return;
        }
        var last = await database.Set<OperationEventRow>().AsNoTracking().Where(row => row.OperationId == operation).OrderByDescending(row => row.Sequence).FirstOrDefaultAsync(cancellationToken);
        var (sequence, hash, now) = (last?.Sequence ?? 0, last?.Hash ?? "", time.GetUtcNow());
        foreach (var entry in entries)
        {
            var row = new OperationEventRow
            {
                OperationId = operation,
                Sequence = ++sequence,
                // As exact as every store keeps it: the hash is computed of it again.
                At = new DateTimeOffset(now.UtcTicks / 10 * 10, TimeSpan.Zero),
                Actor = entry.Actor,
                What = entry.What,
                Detail = Cut(entry.Detail, LongestDetail),
                Step = entry.Step,
                Node = entry.Node,
                Statement = Cut(entry.Statement, LongestStatement),
                QueryId = entry.QueryId,
                Hash = "",
            };
            row.Hash = hash = HashOf(row, hash);
            database.Add(row);
        }
    }

    static IQueryable<OperationRow> Held(PrickleDatabase database, OperationLease lease) =>
        database.Set<OperationRow>().Where(row => row.Id == lease.Operation && row.LeaseOwner == lease.Owner && row.Fence == lease.Fence);

    static string HashOf(OperationEventRow row, string before) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(
        new object?[] { before, row.OperationId, row.Sequence, row.At.ToUnixTimeMilliseconds(), row.Actor, row.What, row.Detail, row.Step, row.Node, row.Statement, row.QueryId }))));

    static string? Cut(string? text, int most) => text is { } one && one.Length > most ? $"{one[..most]} …" : text;
}
