using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.House.Backups.Storage;
using Prickle.Storage;

namespace Prickle.House.Backups.Work;

/// <summary>Makes rows of what is due: of plans by the clock, and by hand.</summary>
sealed class BackupSchedule(IDbContextFactory<PrickleDatabase> databases, TimeProvider time)
{
    static readonly BackupState[] Open = [BackupState.Waiting, BackupState.Reading, BackupState.Asking, BackupState.Running];

    /// <summary>All plans whose time has come, of servers that are there.</summary>
    public async Task DueAsync(IReadOnlyCollection<Guid> servers, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var due = await database.Set<BackupPlanRow>().Where(row =>
            !row.IsPaused && servers.Contains(row.ServerId) && (row.NextFullAt <= now || row.NextIncrementalAt <= now)).ToListAsync(cancellationToken);
        foreach (var row in due)
        {
            var (terms, isFull) = (row.ToPlan().Terms, row.NextFullAt <= now);
            // One that still runs is not overtaken by the next: how old the last good one is says it.
            if (!await database.Set<BackupRow>().AnyAsync(backup => backup.PlanId == row.Id && Open.Contains(backup.State), cancellationToken))
            {
                database.Add(await NewAsync(database, row, isFull ? BackupKind.Full : BackupKind.Incremental, "", now, cancellationToken));
            }
            row.NextFullAt = BackupTimes.Next(terms.FullCron, terms.TimeZone, now);
            row.NextIncrementalAt = BackupTimes.Next(terms.IncrementalCron, terms.TimeZone, now);
        }
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Somebody edited a plan in this very moment: it is due in the next round, as it is now.
        }
    }

    /// <summary>A backup of a plan. Without a full one to stand on, an incremental one becomes full.</summary>
    public static async Task<BackupRow> NewAsync(PrickleDatabase database, BackupPlanRow plan, BackupKind kind, string by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var terms = plan.ToPlan().Terms;
        var (id, scope) = (Guid.CreateVersion7(now), JsonSerializer.Serialize(terms.Scope));
        // Of other tables, or elsewhere, it would be no base.
        var full = kind == BackupKind.Full ? null : await database.Set<BackupRow>().AsNoTracking()
            .Where(row => row.PlanId == plan.Id && row.Kind == BackupKind.Full && row.State == BackupState.Good && row.TargetId == plan.TargetId && row.Scope == scope && row.Node == terms.Node)
            .OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancellationToken);
        var made = full is null ? BackupKind.Full : BackupKind.Incremental;
        return new BackupRow
        {
            Id = id,
            OrganizationId = plan.OrganizationId,
            ServerId = plan.ServerId,
            PlanId = plan.Id,
            PlanName = plan.Name,
            TargetId = plan.TargetId,
            Kind = made,
            ChainId = full?.Id ?? id,
            Scope = scope,
            Node = terms.Node,
            HashesRows = terms.HashesRows,
            TimeoutMinutes = terms.TimeoutMinutes,
            Path = $"prickle-{plan.Id:n}/{now.UtcDateTime:yyyyMMdd-HHmmss}-{(made == BackupKind.Full ? "full" : "incremental")}-{$"{id:n}"[^8..]}",
            State = BackupState.Waiting,
            RequestedBy = by,
            CreatedAt = now,
        };
    }

    /// <summary>A drill of a backup: all tables that hold rows, or those that are named, in a database of its own.</summary>
    public static BackupJobRow NewDrill(BackupRow backup, string by, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        var scratch = $"prickle_drill_{id:n}";
        return new BackupJobRow
        {
            Id = id,
            OrganizationId = backup.OrganizationId,
            ServerId = backup.ServerId,
            BackupId = backup.Id,
            PlanId = backup.PlanId,
            Kind = BackupJobKind.Drill,
            Tables = JsonSerializer.Serialize(backup.ReadFingerprint()?.Tables.Select(table => new RestoredTable(table.Table, new BackupTable(scratch, table.Table.ToString()))).ToList() ?? []),
            State = BackupJobState.Waiting,
            RequestedBy = by,
            CreatedAt = now,
        };
    }
}
