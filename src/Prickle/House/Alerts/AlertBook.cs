using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Destinations;
using Prickle.House.Sampling;
using Prickle.Servers;
using Prickle.Storage;

namespace Prickle.House.Alerts;

/// <summary>Makes, changes, mutes and deletes rules, and reads their history. Permissions are checked here too.</summary>
sealed class AlertBook(
    IDbContextFactory<PrickleDatabase> databases, ServerDirectory servers, ProjectAccess projects, DestinationSender sender, ActivityLog activity, TimeProvider time)
{
    const int MostSamples = 240;
    static readonly TimeSpan LongestMute = TimeSpan.FromDays(90);

    static readonly Refusal Gone = Refusal.NotFound("The alert does not exist.");

    public async Task<IReadOnlyList<(AlertRule Rule, IReadOnlyList<(string Node, AlertStanding Standing)> Standings)>> ListAsync(
        OrganizationGrant grant, Guid server, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rules = await database.Set<AlertRuleRow>().AsNoTracking().Where(row => row.OrganizationId == grant.OrganizationId && row.ServerId == server).ToListAsync(cancellationToken);
        var ids = rules.Select(rule => rule.Id).ToList();
        var standings = (await database.Set<AlertStandingRow>().AsNoTracking().Where(row => ids.Contains(row.RuleId)).ToListAsync(cancellationToken)).ToLookup(row => row.RuleId);
        return [.. rules.OrderBy(rule => rule.CreatedAt).Select(rule => (rule.ToRule(),
            (IReadOnlyList<(string, AlertStanding)>)[.. standings[rule.Id].OrderBy(row => row.Node, StringComparer.Ordinal).Select(row => (row.Node, row.ToStanding()))]))];
    }

    /// <summary>The newest first.</summary>
    public async Task<(long Count, IReadOnlyList<AlertEntry> Entries)> HistoryAsync(OrganizationGrant grant, Guid server, int offset, int limit, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var all = database.Set<AlertEntryRow>().AsNoTracking().Where(row => row.OrganizationId == grant.OrganizationId && row.ServerId == server);
        // Ids are of the time they were made.
        return (await all.LongCountAsync(cancellationToken), [.. (await all.OrderByDescending(row => row.Id).Skip(offset).Take(limit).ToListAsync(cancellationToken)).Select(row => row.ToEntry())]);
    }

    public async Task<Outcome<AlertRule>> CreateAsync(OrganizationGrant grant, Guid server, AlertTerms terms, AlertWay? way, CancellationToken cancellationToken)
    {
        if (await CheckAsync(grant, terms, way, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        if (await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is not { } watched)
        {
            return Refusal.NotFound("The server does not exist.");
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<AlertRuleRow>().CountAsync(row => row.OrganizationId == grant.OrganizationId, cancellationToken) >= AlertRule.Most)
        {
            return Refusal.Invalid("metric", $"An organization has {AlertRule.Most} alerts at most. Delete some first.");
        }
        var now = time.GetUtcNow();
        var row = new AlertRuleRow
        {
            Id = Guid.CreateVersion7(now),
            OrganizationId = grant.OrganizationId,
            ServerId = server,
            Terms = "",
            CreatedBy = grant.Actor.Email,
            CreatedAt = now,
        };
        Apply(row, terms, way);
        database.Add(row);
        activity.Add(database, Entry(grant, row, watched.Name, ActivityVerb.Created) with { After = row.ToLog() });
        await database.SaveChangesAsync(cancellationToken);
        return row.ToRule();
    }

    /// <summary>Changes a rule. It begins anew at every node: what it said of other terms says nothing of these.</summary>
    public Task<Outcome<AlertRule>> UpdateAsync(OrganizationGrant grant, Guid server, Guid id, AlertTerms terms, AlertWay? way, bool isEnabled, CancellationToken cancellationToken) =>
        ChangeAsync(grant, server, id, async (database, row) =>
        {
            if (await CheckAsync(grant, terms, way, cancellationToken) is { } refusal)
            {
                return refusal;
            }
            Apply(row, terms, way);
            row.Enabled = isEnabled;
            await database.Set<AlertStandingRow>().Where(standing => standing.RuleId == id).ExecuteDeleteAsync(cancellationToken);
            return null;
        }, cancellationToken);

    /// <summary>Keeps a rule from telling anybody for a while; <paramref name="length"/> of zero lets it tell again.</summary>
    public Task<Outcome<AlertRule>> MuteAsync(OrganizationGrant grant, Guid server, Guid id, TimeSpan length, CancellationToken cancellationToken) =>
        ChangeAsync(grant, server, id, (_, row) =>
        {
            if (length < TimeSpan.Zero || length > LongestMute)
            {
                return Task.FromResult<Refusal?>(Refusal.Invalid("minutes", "An alert is muted for ninety days at most: a longer one is forgotten. Switch it off instead."));
            }
            row.MutedUntil = length == TimeSpan.Zero ? null : time.GetUtcNow() + length;
            return Task.FromResult<Refusal?>(null);
        }, cancellationToken);

    public async Task<Outcome<AlertRule>> DeleteAsync(OrganizationGrant grant, Guid server, Guid id, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Denied;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(database, grant, server, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        database.Remove(row);
        activity.Add(database, Entry(grant, row, "", ActivityVerb.Deleted) with { Before = row.ToLog() });
        await database.SaveChangesAsync(cancellationToken);
        await database.Set<AlertStandingRow>().Where(standing => standing.RuleId == id).ExecuteDeleteAsync(cancellationToken);
        return row.ToRule();
    }

    async Task<Outcome<AlertRule>> ChangeAsync(
        OrganizationGrant grant, Guid server, Guid id, Func<PrickleDatabase, AlertRuleRow, Task<Refusal?>> change, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Denied;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(database, grant, server, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        var before = row.ToLog();
        if (await change(database, row) is { } refusal)
        {
            return refusal;
        }
        row.Version++;
        activity.Add(database, Entry(grant, row, "", ActivityVerb.Updated) with { Before = before, After = row.ToLog() });
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new Refusal(RefusalReason.AlreadyExists, "Somebody changed the alert meanwhile: look at it again before you save.", "version");
        }
        return row.ToRule();
    }

    async Task<Refusal?> CheckAsync(OrganizationGrant grant, AlertTerms terms, AlertWay? way, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Denied;
        }
        if (SampledMetric.Find(terms.Metric) is null)
        {
            return Refusal.Invalid("metric", $"There is no metric \"{terms.Metric}\".");
        }
        if (!double.IsFinite(terms.Line) || !double.IsFinite(terms.Recovery))
        {
            return Refusal.Invalid("line", "A number is expected here.");
        }
        if (terms.IsAbove ? terms.Recovery > terms.Line : terms.Recovery < terms.Line)
        {
            return Refusal.Invalid("recovery", $"It is over {(terms.IsAbove ? "at or below" : "at or above")} the line, or further back.");
        }
        if (terms.Samples is < 1 or > MostSamples)
        {
            return Refusal.Invalid("samples", $"It takes 1 to {MostSamples} readings in a row; there is one every fifteen seconds.");
        }
        if (terms.SilentAfter is < 0 or > 1440)
        {
            return Refusal.Invalid("silent_after", "From 1 minute to a day without a reading are an alarm; 0 for never.");
        }
        if (way is null)
        {
            return null;
        }
        // The project must be of this organization, and the one who says so must be allowed to send there.
        if (await projects.FindAsync(grant.Actor, way.ProjectId, cancellationToken) is not { } project || project.Project.OrganizationId != grant.OrganizationId
            || !project.Allows(Resource.Destination, Level.Read))
        {
            return Refusal.Invalid("project_id", "There is no such project in this organization, or its destinations are not yours to use.");
        }
        return await sender.CheckAsync(way.ProjectId, way.Kind, way.DestinationId, way.Fields, cancellationToken) is [var problem, ..]
            ? Refusal.Invalid(problem.Field == "destination_id" ? "destination_id" : $"fields.{problem.Field}", problem.Detail) : null;
    }

    static void Apply(AlertRuleRow row, AlertTerms terms, AlertWay? way) =>
        (row.Terms, row.Way, row.DestinationId) = (JsonSerializer.Serialize(terms), way is null ? null : JsonSerializer.Serialize(way), way?.DestinationId);

    static Refusal Denied => Refusal.Denied("You may look at alerts here, not change them: that takes the role of an admin.");

    static Task<AlertRuleRow?> FindAsync(PrickleDatabase database, OrganizationGrant grant, Guid server, Guid id, CancellationToken cancellationToken) =>
        database.Set<AlertRuleRow>().SingleOrDefaultAsync(row => row.OrganizationId == grant.OrganizationId && row.ServerId == server && row.Id == id, cancellationToken);

    static ActivityEntry Entry(OrganizationGrant grant, AlertRuleRow row, string server, ActivityVerb verb) => new()
    {
        OrganizationId = grant.OrganizationId,
        Actor = grant.Actor,
        Verb = verb,
        Resource = Resource.House,
        ItemId = $"{row.Id}",
        ItemName = $"Alert{(server.Length > 0 ? $" on {server}" : "")}",
    };
}
