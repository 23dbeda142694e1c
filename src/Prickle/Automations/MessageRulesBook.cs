using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Automations.Storage;
using Prickle.Storage;

namespace Prickle.Automations;

/// <summary>Reads and sets what messages to people keep to in a project.</summary>
public sealed class MessageRulesBook(IDbContextFactory<PrickleDatabase> databases, ActivityLog activity)
{
    const int MostPerDay = 1000;

    public async Task<MessageRules> FindAsync(int projectId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<MessageRulesRow>().AsNoTracking().SingleOrDefaultAsync(row => row.ProjectId == projectId, cancellationToken) is { } row ? row.ToRules() : new MessageRules();
    }

    public async Task<Outcome<MessageRules>> SaveAsync(ProjectGrant grant, MessageRules rules, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.Automation, Level.Write))
        {
            return Refusal.Denied("You may look at automations here, not change them.");
        }
        if (rules.MessagesPerDay is < 1 or > MostPerDay)
        {
            return Refusal.Invalid("messages_per_day", $"One to {MostPerDay} messages a day, or any number (null).");
        }
        if (rules.QuietFrom is null != rules.QuietTo is null || (rules.QuietFrom is not null && rules.QuietFrom == rules.QuietTo))
        {
            return Refusal.Invalid("quiet_to", "Quiet hours have a begin and an end that differ, or neither.");
        }
        if (rules.OptOutProperty.Trim() is not { Length: > 0 and <= 200 })
        {
            return Refusal.Invalid("opt_out_property", "Say which person property tells that somebody wants no messages.");
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var row = await database.Set<MessageRulesRow>().SingleOrDefaultAsync(one => one.ProjectId == grant.ProjectId, cancellationToken);
        var before = row?.ToRules() ?? new MessageRules();
        if (row is null)
        {
            database.Add(row = new MessageRulesRow { ProjectId = grant.ProjectId });
        }
        (row.MessagesPerDay, row.QuietFrom, row.QuietTo, row.OptOutProperty) = (rules.MessagesPerDay, rules.QuietFrom, rules.QuietTo, rules.OptOutProperty.Trim());
        activity.Add(database, ActivityEntry.In(grant, ActivityVerb.Updated, Resource.Automation, "message_rules", "Rules of messages") with { Before = before, After = row.ToRules() });
        await database.SaveChangesAsync(cancellationToken);
        return row.ToRules();
    }
}
