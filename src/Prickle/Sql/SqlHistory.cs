using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Sql.Library;
using Prickle.Storage;

namespace Prickle.Sql;

/// <summary>A statement that somebody ran.</summary>
/// <param name="Refusal">Why it gave no answer; null when it did.</param>
public sealed record SqlHistoryEntry(
    Guid Id, string Statement, DateTimeOffset At, double ElapsedMs, int? RowCount, long? RowsRead, string? Refusal);

/// <summary>What each user ran in a project: the latest 500 statements of the last 90 days, seen by that user alone.</summary>
public sealed class SqlHistory(IDbContextFactory<PrickleDatabase> databases, TimeProvider time)
{
    public const int Kept = 500;
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(90);

    /// <summary>The user's statements, the latest first.</summary>
    public async Task<(int Count, IReadOnlyList<SqlHistoryEntry> Entries)> ListAsync(
        ProjectGrant grant, string search, int limit, int offset, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = Own(database, grant).AsNoTracking();
        var oldest = time.GetUtcNow() - KeptFor;
        rows = rows.Where(row => row.At >= oldest);
        if (search.Trim().ToLowerInvariant() is { Length: > 0 } lower)
        {
            rows = rows.Where(row => row.Statement.ToLower().Contains(lower));
        }
        var page = await rows.OrderByDescending(row => row.At).ThenByDescending(row => row.Id).Skip(offset).Take(limit).ToListAsync(cancellationToken);
        return (await rows.CountAsync(cancellationToken), page.ConvertAll(row => new SqlHistoryEntry(
            row.Id, row.Statement, row.At, row.ElapsedMs, row.RowCount, row.RowsRead, row.Refusal)));
    }

    /// <summary>Forgets the user's statements: one, or all.</summary>
    public async Task<int> DeleteAsync(ProjectGrant grant, Guid? id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await Own(database, grant).Where(row => id == null || row.Id == id).ExecuteDeleteAsync(cancellationToken);
    }

    internal async Task AddAsync(
        ProjectGrant grant, string statement, TimeSpan elapsed, SqlOutcome<SqlAnswer> outcome, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var answer = (outcome as SqlOutcome<SqlAnswer>.Done)?.Value;
        var now = time.GetUtcNow();
        database.Add(new SqlHistoryRow
        {
            Id = Guid.CreateVersion7(now),
            ProjectId = grant.ProjectId,
            UserId = grant.Actor.UserId,
            Statement = statement,
            At = now,
            ElapsedMs = elapsed.TotalMilliseconds,
            RowCount = answer?.Results.Count,
            RowsRead = answer?.RowsRead,
            Refusal = (outcome as SqlOutcome<SqlAnswer>.Refused)?.Refusal.Detail,
        });
        await database.SaveChangesAsync(cancellationToken);
        await PruneAsync(database, grant, now, cancellationToken);
    }

    static async Task PruneAsync(PrickleDatabase database, ProjectGrant grant, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var oldest = now - KeptFor;
        var last = await Own(database, grant).OrderByDescending(row => row.At).ThenByDescending(row => row.Id)
            .Skip(Kept - 1).Select(row => (DateTimeOffset?)row.At).FirstOrDefaultAsync(cancellationToken);
        if (last > oldest)
        {
            oldest = last.Value;
        }
        await Own(database, grant).Where(row => row.At < oldest).ExecuteDeleteAsync(cancellationToken);
    }

    static IQueryable<SqlHistoryRow> Own(PrickleDatabase database, ProjectGrant grant) =>
        database.Set<SqlHistoryRow>().Where(row => row.ProjectId == grant.ProjectId && row.UserId == grant.Actor.UserId);
}
