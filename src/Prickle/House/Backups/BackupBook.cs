using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.House.Backups.Storage;
using Prickle.House.Backups.Work;
using Prickle.Servers;
using Prickle.Storage;

namespace Prickle.House.Backups;

/// <summary>The backups of a server: lists, restores, tries and deletes them. Permissions are checked here too.</summary>
sealed class BackupBook(IDbContextFactory<PrickleDatabase> databases, ServerDirectory servers, BackupNodes nodes, BackupKeeper keeper, ActivityLog activity, TimeProvider time)
{
    const int MostTables = 200;

    static readonly Refusal Gone = Refusal.NotFound("The backup does not exist.");
    static readonly Refusal Denied = Refusal.Denied("You may look at backups here, not restore or delete them: that takes the role of an admin.");

    /// <summary>The newest first, or by <paramref name="sort"/>.</summary>
    public async Task<(long Count, IReadOnlyList<Backup> Backups)> ListAsync(
        OrganizationGrant grant, Guid server, BackupFilter filter, string? sort, bool isDescending, int offset, int limit, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var all = database.Set<BackupRow>().AsNoTracking().Where(row => row.OrganizationId == grant.OrganizationId && row.ServerId == server);
        all = filter.Plan is { } plan ? all.Where(row => row.PlanId == plan) : all;
        all = filter.State is { } state ? all.Where(row => row.State == state) : filter.WithDeleted ? all : all.Where(row => row.State != BackupState.Deleted);
        all = filter.Search is { Length: > 0 } search ? all.Where(row =>
            row.PlanName.Contains(search) || row.Path.Contains(search) || row.Scope.Contains(search) || (row.Error != null && row.Error.Contains(search))) : all;
        var sorted = (sort, isDescending) switch
        {
            ("size", true) => all.OrderByDescending(row => row.Bytes),
            ("size", false) => all.OrderBy(row => row.Bytes),
            ("plan", true) => all.OrderByDescending(row => row.PlanName).ThenByDescending(row => row.Id),
            ("plan", false) => all.OrderBy(row => row.PlanName).ThenByDescending(row => row.Id),
            ("at", false) => all.OrderBy(row => row.CreatedAt),
            _ => all.OrderByDescending(row => row.CreatedAt),
        };
        return (await all.LongCountAsync(cancellationToken), [.. (await sorted.Skip(offset).Take(limit).ToListAsync(cancellationToken)).Select(row => row.ToBackup())]);
    }

    public async Task<Backup?> FindAsync(OrganizationGrant grant, Guid server, Guid id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return (await RowAsync(database, grant, server, id, cancellationToken))?.ToBackup(withFingerprint: true);
    }

    /// <summary>How each plan stands: what it did last, how old its last good backup is, and what the last drill said.</summary>
    public async Task<IReadOnlyDictionary<Guid, PlanStanding>> StandingsAsync(OrganizationGrant grant, Guid server, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var plans = await database.Set<BackupPlanRow>().AsNoTracking().Where(row => row.OrganizationId == grant.OrganizationId && row.ServerId == server).Select(row =>
            row.Id).ToListAsync(cancellationToken);
        var standings = new Dictionary<Guid, PlanStanding>();
        foreach (var plan in plans)
        {
            var backups = database.Set<BackupRow>().AsNoTracking().Where(row => row.PlanId == plan).OrderByDescending(row => row.Id);
            standings[plan] = new PlanStanding(
                (await backups.FirstOrDefaultAsync(row => row.State != BackupState.Deleted && row.State != BackupState.Expired, cancellationToken))?.ToBackup(),
                (await backups.FirstOrDefaultAsync(row => row.State == BackupState.Good, cancellationToken))?.ToBackup(),
                (await database.Set<BackupJobRow>().AsNoTracking().Where(row => row.PlanId == plan && row.Kind == BackupJobKind.Drill).OrderByDescending(row =>
                    row.Id).FirstOrDefaultAsync(cancellationToken))?.ToJob());
        }
        return standings;
    }

    /// <summary>Restores and drills, the newest first.</summary>
    public async Task<(long Count, IReadOnlyList<BackupJob> Jobs)> JobsAsync(OrganizationGrant grant, Guid server, Guid? backup, int offset, int limit, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var all = database.Set<BackupJobRow>().AsNoTracking().Where(row => row.OrganizationId == grant.OrganizationId && row.ServerId == server && (backup == null || row.BackupId == backup));
        return (await all.LongCountAsync(cancellationToken), [.. (await all.OrderByDescending(row => row.Id).Skip(offset).Take(limit).ToListAsync(cancellationToken)).Select(row => row.ToJob())]);
    }

    public async Task<BackupJob?> FindJobAsync(OrganizationGrant grant, Guid server, Guid id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return (await database.Set<BackupJobRow>().AsNoTracking().SingleOrDefaultAsync(row =>
            row.OrganizationId == grant.OrganizationId && row.ServerId == server && row.Id == id, cancellationToken))?.ToJob();
    }

    /// <summary>What a server has that can be backed up.</summary>
    public async Task<NodeAnswer<ServerTable>?> TablesAsync(WatchedServer server, string? nodeName, CancellationToken cancellationToken) =>
        BackupNodes.NodeOf(server, nodeName) is { } node ? await nodes.AskAsync(server, node, BackupNodes.Tables, cancellationToken) : null;

    /// <summary>Whether a server makes backups by itself; null while it gives no answer.</summary>
    public async Task<bool?> CanAsync(WatchedServer server, CancellationToken cancellationToken) =>
        (await nodes.CapabilitiesAsync(server, server.Nodes[0], cancellationToken))?.Has("backups");

    /// <summary>The database that is backed up unless somebody says otherwise.</summary>
    public string? OwnDatabase(WatchedServer server) => nodes.OwnDatabase(server);

    /// <summary>Restores tables: where one of the wanted names is there already, nothing is done.</summary>
    public async Task<Outcome<BackupJob>> RestoreAsync(OrganizationGrant grant, Guid serverId, Guid id, IReadOnlyList<RestoredTable> tables, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        switch (await ReadyAsync(database, grant, serverId, id, cancellationToken))
        {
            case Outcome<(WatchedServer Server, BackupRow Row)>.Refused(var refusal):
                return refusal;
            case Outcome<(WatchedServer Server, BackupRow Row)>.Done({ Server: var server, Row: var row }):
                if (tables.Count is 0 or > MostTables)
                {
                    return Refusal.Invalid("tables", $"Name from 1 to {MostTables} tables.");
                }
                var held = row.ReadFingerprint() is { } made ? made.Tables.Select(table => table.Table).Concat(made.Others).ToList() : [];
                if (tables.FirstOrDefault(table => !held.Contains(table.From)) is { } stray)
                {
                    return Refusal.Invalid("tables", $"The backup does not hold {stray.From}.");
                }
                if (tables.FirstOrDefault(table => table.To.Database.Trim().Length == 0 || table.To.Name.Trim().Length == 0
                    || table.To.Database is "system" or "INFORMATION_SCHEMA" or "information_schema") is { } nameless)
                {
                    return Refusal.Invalid("tables", $"Say what {nameless.From} is called afterwards: a database, not one of the server's own, and a name.");
                }
                if (tables.GroupBy(table => table.To).FirstOrDefault(same => same.Count() > 1) is { } twice)
                {
                    return Refusal.Invalid("tables", $"Two tables would be {twice.Key}.");
                }
                var there = await TablesAsync(server, row.Node, cancellationToken);
                if (there is not NodeAnswer<ServerTable>.Rows { Items: var present })
                {
                    return new Refusal(RefusalReason.Unavailable, $"{server.Name} does not answer, so nobody knows which tables are there. Nothing was done.");
                }
                if (tables.FirstOrDefault(table => present.Any(one => one.Table == table.To)) is { } taken)
                {
                    return new Refusal(RefusalReason.AlreadyExists, $"{taken.To} is there already. A restore overwrites nothing: give it another name.", "tables");
                }
                var now = time.GetUtcNow();
                return await AddAsync(database, grant, server, new BackupJobRow
                {
                    Id = Guid.CreateVersion7(now),
                    OrganizationId = row.OrganizationId,
                    ServerId = row.ServerId,
                    BackupId = row.Id,
                    PlanId = row.PlanId,
                    Kind = BackupJobKind.Restore,
                    Tables = JsonSerializer.Serialize(tables),
                    State = BackupJobState.Waiting,
                    RequestedBy = grant.Actor.Email,
                    CreatedAt = now,
                }, cancellationToken);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Tries a backup: restores all of its tables beside everything, compares, and drops them again.</summary>
    public async Task<Outcome<BackupJob>> DrillAsync(OrganizationGrant grant, Guid serverId, Guid id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await ReadyAsync(database, grant, serverId, id, cancellationToken) switch
        {
            Outcome<(WatchedServer Server, BackupRow Row)>.Refused(var refusal) => refusal,
            Outcome<(WatchedServer Server, BackupRow Row)>.Done({ Row: var row }) when row.ReadFingerprint() is not { Tables.Count: > 0 } =>
                Refusal.Invalid("id", "The backup holds no table with rows of its own: there is nothing to try."),
            Outcome<(WatchedServer Server, BackupRow Row)>.Done({ Server: var server, Row: var row }) =>
                await AddAsync(database, grant, server, BackupSchedule.NewDrill(row, grant.Actor.Email, time.GetUtcNow()), cancellationToken),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Deletes a backup and those that stand on it. The only good one of a plan stays while the plan is there.</summary>
    public async Task<Outcome<Backup>> DeleteAsync(OrganizationGrant grant, Guid serverId, Guid id, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Denied;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await servers.FindAsync(grant.OrganizationId, serverId, cancellationToken) is not { } server || await RowAsync(database, grant, serverId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        var chain = await database.Set<BackupRow>().AsNoTracking().Where(one => one.ChainId == row.ChainId).ToListAsync(cancellationToken);
        if (chain.Exists(one => one.State < BackupState.Good) || (await BackupKeeper.BusyAsync(database, cancellationToken)).Overlaps(chain.Select(one => one.Id)))
        {
            return new Refusal(RefusalReason.Throttled, "It is being made or restored. Delete it afterwards.");
        }
        if (row.Kind == BackupKind.Incremental)
        {
            return Refusal.Invalid("id", "An incremental backup goes with the full one that it stands on. Delete that one.");
        }
        if (row is { State: BackupState.Good, PlanId: { } plan } && !await database.Set<BackupRow>().AnyAsync(
            one => one.PlanId == plan && one.Kind == BackupKind.Full && one.State == BackupState.Good && one.ChainId != row.ChainId, cancellationToken))
        {
            return Refusal.Invalid("id", $"It is the only good backup of the plan {row.PlanName}. Make another first, or delete the plan.");
        }
        activity.Add(database, Entry(grant, server, ActivityVerb.Deleted, row.Id, $"Backup by the plan {row.PlanName}") with { Before = new { row.Path, row.CreatedAt } });
        await database.SaveChangesAsync(cancellationToken);
        if (row.State == BackupState.Expired)
        {
            // Somebody says that the files are gone: nothing is looked for again.
            await database.Set<BackupRow>().Where(one => one.ChainId == row.ChainId).ExecuteUpdateAsync(set => set.SetProperty(one => one.State, BackupState.Deleted), cancellationToken);
        }
        else
        {
            await keeper.DeleteChainAsync(server, row.ChainId, cancellationToken);
        }
        return (await database.Set<BackupRow>().AsNoTracking().SingleAsync(one => one.Id == id, cancellationToken)).ToBackup();
    }

    async Task<Outcome<(WatchedServer Server, BackupRow Row)>> ReadyAsync(PrickleDatabase database, OrganizationGrant grant, Guid serverId, Guid id, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Denied;
        }
        if (await servers.FindAsync(grant.OrganizationId, serverId, cancellationToken) is not { } server || await RowAsync(database, grant, serverId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        return !server.Has(Account.Operator) ? Refusal.Denied($"{server.Name} has no operator's account, so nothing can be restored there: name one in its settings.")
            : row.State != BackupState.Good ? Refusal.Invalid("id", "Only a good backup can be restored.")
            : (server, row);
    }

    async Task<BackupJob> AddAsync(PrickleDatabase database, OrganizationGrant grant, WatchedServer server, BackupJobRow job, CancellationToken cancellationToken)
    {
        database.Add(job);
        activity.Add(database, Entry(grant, server, ActivityVerb.Created, job.BackupId, $"{(job.Kind == BackupJobKind.Drill ? "Restore drill" : "Restore")} on {server.Name}") with
        {
            After = new { job.Kind, Tables = job.ReadTables().Select(table => $"{table.From} as {table.To}").Take(20).ToArray() },
        });
        await database.SaveChangesAsync(cancellationToken);
        return job.ToJob();
    }

    static Task<BackupRow?> RowAsync(PrickleDatabase database, OrganizationGrant grant, Guid server, Guid id, CancellationToken cancellationToken) =>
        database.Set<BackupRow>().AsNoTracking().SingleOrDefaultAsync(row => row.OrganizationId == grant.OrganizationId && row.ServerId == server && row.Id == id, cancellationToken);

    static ActivityEntry Entry(OrganizationGrant grant, WatchedServer server, ActivityVerb verb, Guid id, string name) => new()
    {
        OrganizationId = grant.OrganizationId,
        Actor = grant.Actor,
        Verb = verb,
        Resource = Resource.House,
        ItemId = $"{id}",
        ItemName = name,
    };
}

/// <summary>Which backups are listed.</summary>
sealed record BackupFilter(string? Search = null, Guid? Plan = null, BackupState? State = null, bool WithDeleted = false);

/// <summary>How a plan stands.</summary>
/// <param name="Last">Of any end, also one that runs.</param>
/// <param name="LastGood">Null where there never was one.</param>
/// <param name="LastDrill">Null where none was made.</param>
public sealed record PlanStanding(Backup? Last, Backup? LastGood, BackupJob? LastDrill);
