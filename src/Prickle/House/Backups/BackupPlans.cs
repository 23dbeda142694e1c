using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.House.Backups.Storage;
using Prickle.House.Backups.Work;
using Prickle.Servers;
using Prickle.Storage;

namespace Prickle.House.Backups;

/// <summary>Makes, changes, pauses, runs and deletes plans. Permissions are checked here too.</summary>
sealed class BackupPlans(IDbContextFactory<PrickleDatabase> databases, ServerDirectory servers, BackupTargets targets, ActivityLog activity, TimeProvider time)
{
    const int MostTables = 500;

    static readonly Refusal Gone = Refusal.NotFound("The plan does not exist.");
    static readonly Refusal Denied = Refusal.Denied("You may look at backups here, not change anything: that takes the role of an admin.");

    public async Task<IReadOnlyList<BackupPlan>> ListAsync(OrganizationGrant grant, Guid server, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<BackupPlanRow>().AsNoTracking().Where(row => row.OrganizationId == grant.OrganizationId && row.ServerId == server).ToListAsync(cancellationToken);
        return [.. rows.OrderBy(row => row.Name, StringComparer.OrdinalIgnoreCase).Select(row => row.ToPlan())];
    }

    public async Task<Outcome<BackupPlan>> CreateAsync(OrganizationGrant grant, Guid serverId, string name, BackupTerms terms, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Denied;
        }
        if (await servers.FindAsync(grant.OrganizationId, serverId, cancellationToken) is not { } server)
        {
            return Refusal.NotFound("The server does not exist.");
        }
        if (await CheckAsync(server, name, terms, cancellationToken) is { } wrong)
        {
            return wrong;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var names = await database.Set<BackupPlanRow>().AsNoTracking().Where(row => row.OrganizationId == grant.OrganizationId && row.ServerId == serverId).Select(row =>
            row.Name).ToListAsync(cancellationToken);
        if (names.Count >= BackupPlan.Most)
        {
            return Refusal.Invalid("name", $"A server has {BackupPlan.Most} plans at most.");
        }
        if (names.Contains(name.Trim(), StringComparer.OrdinalIgnoreCase))
        {
            return Taken(name);
        }
        var now = time.GetUtcNow();
        var row = new BackupPlanRow
        {
            Id = Guid.CreateVersion7(now),
            OrganizationId = grant.OrganizationId,
            ServerId = serverId,
            Name = "",
            Terms = "",
            CreatedBy = grant.Actor.Email,
            CreatedAt = now
        };
        row.Take(name.Trim(), terms, now);
        database.Add(row);
        activity.Add(database, Entry(grant, row, ActivityVerb.Created) with { After = row.ToLog() });
        await database.SaveChangesAsync(cancellationToken);
        return row.ToPlan();
    }

    public async Task<Outcome<BackupPlan>> UpdateAsync(OrganizationGrant grant, Guid serverId, Guid id, string name, BackupTerms terms, CancellationToken cancellationToken)
    {
        if (await servers.FindAsync(grant.OrganizationId, serverId, cancellationToken) is not { } server)
        {
            return Gone;
        }
        return await ChangeAsync(grant, serverId, id, async (database, row) =>
        {
            if (await CheckAsync(server, name, terms, cancellationToken) is { } wrong)
            {
                return wrong;
            }
            var names = await database.Set<BackupPlanRow>().AsNoTracking().Where(one =>
                one.OrganizationId == grant.OrganizationId && one.ServerId == serverId && one.Id != id).Select(one => one.Name).ToListAsync(cancellationToken);
            if (names.Contains(name.Trim(), StringComparer.OrdinalIgnoreCase))
            {
                return Taken(name);
            }
            row.Take(name.Trim(), terms, time.GetUtcNow());
            return null;
        }, cancellationToken);
    }

    /// <summary>Stops a plan from running by the clock, or lets it run again. How old its last backup is counts on.</summary>
    public Task<Outcome<BackupPlan>> PauseAsync(OrganizationGrant grant, Guid serverId, Guid id, bool isPaused, CancellationToken cancellationToken) =>
        ChangeAsync(grant, serverId, id, (_, row) =>
        {
            row.IsPaused = isPaused;
            // What was missed meanwhile is not made up for all at once.
            row.Take(row.Name, row.ToPlan().Terms, time.GetUtcNow());
            return Task.FromResult<Refusal?>(null);
        }, cancellationToken);

    /// <summary>Forgets a plan; its backups stay, and are nobody's to delete by age any more.</summary>
    public async Task<Outcome<BackupPlan>> DeleteAsync(OrganizationGrant grant, Guid serverId, Guid id, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Denied;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(database, grant, serverId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        database.Remove(row);
        activity.Add(database, Entry(grant, row, ActivityVerb.Deleted) with { Before = row.ToLog() });
        await database.SaveChangesAsync(cancellationToken);
        await database.Set<BackupRow>().Where(backup => backup.PlanId == id).ExecuteUpdateAsync(set => set.SetProperty(backup => backup.PlanId, (Guid?)null), cancellationToken);
        return row.ToPlan();
    }

    /// <summary>Makes a backup of a plan now, paused or not.</summary>
    public async Task<Outcome<Backup>> RunAsync(OrganizationGrant grant, Guid serverId, Guid id, BackupKind kind, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Denied;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await servers.FindAsync(grant.OrganizationId, serverId, cancellationToken) is not { } server || await FindAsync(database, grant, serverId, id, cancellationToken) is not { } plan)
        {
            return Gone;
        }
        if (!server.Has(Account.Operator))
        {
            return Refusal.Denied($"{server.Name} has no operator's account, so nothing can be backed up there: name one in its settings.");
        }
        if (await database.Set<BackupRow>().AnyAsync(row => row.PlanId == id && row.State < BackupState.Good, cancellationToken))
        {
            return new Refusal(RefusalReason.Throttled, "A backup of this plan is under way already.");
        }
        var made = await BackupSchedule.NewAsync(database, plan, kind, grant.Actor.Email, time.GetUtcNow(), cancellationToken);
        database.Add(made);
        activity.Add(database, Entry(grant, plan, ActivityVerb.Created) with { ItemId = $"{made.Id}", ItemName = $"Backup by the plan {plan.Name}", After = new { made.Kind, made.Path } });
        await database.SaveChangesAsync(cancellationToken);
        return made.ToBackup();
    }

    async Task<Outcome<BackupPlan>> ChangeAsync(
        OrganizationGrant grant, Guid serverId, Guid id, Func<PrickleDatabase, BackupPlanRow, Task<Refusal?>> change, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Denied;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(database, grant, serverId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        var before = row.ToLog();
        if (await change(database, row) is { } refusal)
        {
            return refusal;
        }
        row.Version++;
        activity.Add(database, Entry(grant, row, ActivityVerb.Updated) with { Before = before, After = row.ToLog() });
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new Refusal(RefusalReason.AlreadyExists, "Somebody changed the plan meanwhile: look at it again before you save.", "version");
        }
        return row.ToPlan();
    }

    async Task<Refusal?> CheckAsync(WatchedServer server, string name, BackupTerms terms, CancellationToken cancellationToken)
    {
        if (name.Trim().Length is 0 or > 200)
        {
            return Refusal.Invalid("name", "Give the plan a name, of 200 characters at most.");
        }
        if (terms.Scope.Databases.Count == 0 && terms.Scope.Tables.Count == 0)
        {
            return Refusal.Invalid("databases", "Say what is backed up: a database, or tables.");
        }
        if (terms.Scope.Databases.Count + terms.Scope.Tables.Count > MostTables
            || terms.Scope.Databases.Concat(terms.Scope.Tables.SelectMany(table => new[] { table.Database, table.Name })).Any(one => one.Length is 0 or > 300))
        {
            return Refusal.Invalid("tables", $"Name {MostTables} databases and tables at most, each by its name.");
        }
        if (terms.Node is { } node && server.Nodes.All(one => one.Authority != node))
        {
            return Refusal.Invalid("node", $"{server.Name} has no node {node}.");
        }
        if ((await targets.ListAsync(server, cancellationToken)).All(target => target.Id != terms.TargetId))
        {
            return Refusal.Invalid("target_id", "Say where to: the target does not exist.");
        }
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(terms.TimeZone, out _))
        {
            return Refusal.Invalid("time_zone", $"'{terms.TimeZone}' is not a time zone; an example of one is Europe/Berlin.");
        }
        if ((BackupTimes.RefusalOf(terms.FullCron, "full_cron") ?? BackupTimes.RefusalOf(terms.IncrementalCron, "incremental_cron")) is { } never)
        {
            return never;
        }
        return terms.Keeping.Chains is < 1 or > 1000 ? Refusal.Invalid("keep_chains", "Keep from 1 to 1,000 full backups, or leave it empty.")
            : terms.Keeping.Days is < 1 or > 3650 ? Refusal.Invalid("keep_days", "Keep them from 1 to 3,650 days, or leave it empty.")
            : terms.TimeoutMinutes is < 1 or > 7 * 24 * 60 ? Refusal.Invalid("timeout_minutes", "A backup may take from a minute to a week.")
            : null;
    }

    static Refusal Taken(string name) => new(RefusalReason.AlreadyExists, $"There is a plan {name.Trim()} already.", "name");

    static Task<BackupPlanRow?> FindAsync(PrickleDatabase database, OrganizationGrant grant, Guid server, Guid id, CancellationToken cancellationToken) =>
        database.Set<BackupPlanRow>().SingleOrDefaultAsync(row => row.OrganizationId == grant.OrganizationId && row.ServerId == server && row.Id == id, cancellationToken);

    static ActivityEntry Entry(OrganizationGrant grant, BackupPlanRow row, ActivityVerb verb) => new()
    {
        OrganizationId = grant.OrganizationId,
        Actor = grant.Actor,
        Verb = verb,
        Resource = Resource.House,
        ItemId = $"{row.Id}",
        ItemName = $"Backup plan {row.Name}",
    };
}
