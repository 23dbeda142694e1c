using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Storage;

namespace Prickle.House.Console;

/// <summary>A statement that somebody ran in the console.</summary>
/// <param name="Refusal">Why it gave no answer; null when it did.</param>
public sealed record ConsoleEntry(Guid Id, string Node, string Statement, DateTimeOffset At, double ElapsedMs, int? RowCount, string? Refusal);

/// <summary>What each person ran on a server: the latest 200 statements of the last 90 days, seen by that person alone.</summary>
sealed class ConsoleHistory(IDbContextFactory<PrickleDatabase> databases, TimeProvider time)
{
    public const int Kept = 200;
    static readonly TimeSpan KeptFor = TimeSpan.FromDays(90);
    const int LongestRefusal = 2000;

    /// <summary>The person's statements, the latest first.</summary>
    public async Task<IReadOnlyList<ConsoleEntry>> ListAsync(OrganizationGrant grant, Guid server, string search, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var oldest = time.GetUtcNow() - KeptFor;
        var rows = Own(database, grant, server).AsNoTracking().Where(row => row.At >= oldest);
        if (search.Trim().ToLowerInvariant() is { Length: > 0 } lower)
        {
            rows = rows.Where(row => row.Statement.ToLower().Contains(lower));
        }
        return await rows.OrderByDescending(row => row.At).ThenByDescending(row => row.Id).Take(Kept)
            .Select(row => new ConsoleEntry(row.Id, row.Node, row.Statement, row.At, row.ElapsedMs, row.RowCount, row.Refusal)).ToListAsync(cancellationToken);
    }

    /// <summary>Forgets the person's statements: one, or all.</summary>
    public async Task<int> DeleteAsync(OrganizationGrant grant, Guid server, Guid? id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await Own(database, grant, server).Where(row => id == null || row.Id == id).ExecuteDeleteAsync(cancellationToken);
    }

    public async Task AddAsync(OrganizationGrant grant, Guid server, Uri node, string statement, ConsoleAnswer answer, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var (rows, failed) = (answer as ConsoleAnswer.Rows, answer as ConsoleAnswer.Failed);
        database.Add(new ConsoleHistoryRow
        {
            Id = Guid.CreateVersion7(now),
            OrganizationId = grant.OrganizationId,
            ServerId = server,
            UserId = grant.Actor.UserId,
            Node = node.Authority,
            Statement = statement,
            At = now,
            ElapsedMs = rows?.Milliseconds ?? failed?.Milliseconds ?? 0,
            RowCount = rows?.Cells.Count,
            Refusal = failed is null ? null : failed.Message.Length <= LongestRefusal ? failed.Message : failed.Message[..LongestRefusal],
        });
        await database.SaveChangesAsync(cancellationToken);
        var oldest = now - KeptFor;
        var last = await Own(database, grant, server).OrderByDescending(row => row.At).ThenByDescending(row => row.Id).Skip(Kept - 1)
            .Select(row => (DateTimeOffset?)row.At).FirstOrDefaultAsync(cancellationToken);
        if (last > oldest)
        {
            oldest = last.Value;
        }
        await Own(database, grant, server).Where(row => row.At < oldest).ExecuteDeleteAsync(cancellationToken);
    }

    static IQueryable<ConsoleHistoryRow> Own(PrickleDatabase database, OrganizationGrant grant, Guid server) =>
        database.Set<ConsoleHistoryRow>().Where(row => row.OrganizationId == grant.OrganizationId && row.ServerId == server && row.UserId == grant.Actor.UserId);
}
