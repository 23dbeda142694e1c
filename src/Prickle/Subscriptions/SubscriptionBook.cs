using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Dashboards;
using Prickle.Storage;
using Prickle.Subscriptions.Sending;
using Prickle.Subscriptions.Storage;

namespace Prickle.Subscriptions;

/// <summary>Who gets which dashboard, how, and when.</summary>
public sealed class SubscriptionBook(
    IDbContextFactory<PrickleDatabase> databases, DashboardBook dashboards, SlackTargets slack, ActivityLog activity, SubscriptionWake wake, TimeProvider time)
{
    static readonly Refusal Gone = Refusal.NotFound("Subscription not found.");

    /// <summary>The subscriptions of a project, the newest first.</summary>
    /// <param name="dashboardId">Those of one dashboard; null for all.</param>
    public async Task<(long Count, IReadOnlyList<Subscription> Subscriptions)> ListAsync(
        int projectId, int? dashboardId, int limit, int offset, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = database.Set<SubscriptionRow>().AsNoTracking().Where(row => row.ProjectId == projectId && (dashboardId == null || row.DashboardId == dashboardId));
        var page = await rows.OrderByDescending(row => row.Id).Skip(offset).Take(limit).ToListAsync(cancellationToken);
        var found = new List<Subscription>();
        foreach (var row in page)
        {
            found.Add(row.ToSubscription(await LastAsync(database, row.Id, cancellationToken)));
        }
        return (await rows.LongCountAsync(cancellationToken), found);
    }

    public async Task<Subscription?> FindAsync(int projectId, int id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await RowAsync(database, projectId, id, cancellationToken) is { } row ? row.ToSubscription(await LastAsync(database, id, cancellationToken)) : null;
    }

    /// <summary>What was due, the newest first.</summary>
    public async Task<IReadOnlyList<Delivery>> DeliveriesAsync(int projectId, int id, int limit, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, projectId, id, cancellationToken) is null)
        {
            return [];
        }
        var rows = await database.Set<DeliveryRow>().AsNoTracking().Where(row => row.SubscriptionId == id).OrderByDescending(row => row.Id).Take(limit).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new Delivery(row.DueAt, row.Recipient, row.State.ToString().ToLowerInvariant(), row.Attempts, row.SentAt, row.Detail));
    }

    /// <param name="origin">Where the product is reached: links in the mails begin with it.</param>
    public async Task<Outcome<Subscription>> CreateAsync(ProjectGrant grant, SubscriptionDraft draft, Uri origin, CancellationToken cancellationToken)
    {
        if (await RefusalOfAsync(grant, draft, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var row = new SubscriptionRow { ProjectId = grant.ProjectId, CreatedBy = grant.Actor.Email, CreatedAt = time.GetUtcNow(), Origin = origin.GetLeftPart(UriPartial.Authority) };
        row.Apply(draft);
        Plan(row, grant.Project);
        database.Add(row);
        await database.SaveChangesAsync(cancellationToken);
        activity.Add(database, Entry(grant, ActivityVerb.Created, row) with { After = draft });
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return row.ToSubscription(null);
    }

    public async Task<Outcome<Subscription>> UpdateAsync(ProjectGrant grant, int id, SubscriptionDraft draft, CancellationToken cancellationToken)
    {
        if (await RefusalOfAsync(grant, draft, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant.ProjectId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        var last = await LastAsync(database, id, cancellationToken);
        var before = SubscriptionDraft.Of(row.ToSubscription(last));
        row.Apply(draft);
        Plan(row, grant.Project);
        activity.Add(database, Entry(grant, ActivityVerb.Updated, row) with { Before = before, After = draft });
        await database.SaveChangesAsync(cancellationToken);
        return row.ToSubscription(last);
    }

    public async Task<Outcome<bool>> DeleteAsync(ProjectGrant grant, int id, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.Subscription, Level.Write))
        {
            return Denied;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant.ProjectId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        activity.Add(database, Entry(grant, ActivityVerb.Deleted, row) with { Before = SubscriptionDraft.Of(row.ToSubscription(null)) });
        database.Remove(row);
        await database.SaveChangesAsync(cancellationToken);
        return true;
    }

    /// <summary>Sends it now, besides its schedule.</summary>
    public async Task<Outcome<Subscription>> SendNowAsync(ProjectGrant grant, int id, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.Subscription, Level.Write))
        {
            return Denied;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant.ProjectId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        if (await database.Set<DeliveryRow>().AnyAsync(delivery => delivery.SubscriptionId == id && delivery.State == DeliveryState.Waiting, cancellationToken))
        {
            return new Refusal(RefusalReason.Throttled, "It is being sent already.");
        }
        DeliveryQueue.Add(database, row, time.GetUtcNow());
        await database.SaveChangesAsync(cancellationToken);
        wake.Up();
        return row.ToSubscription(await LastAsync(database, id, cancellationToken));
    }

    static Refusal Denied => Refusal.Denied("You may see subscriptions and not change them.");

    async Task<Refusal?> RefusalOfAsync(ProjectGrant grant, SubscriptionDraft draft, CancellationToken cancellationToken) =>
        !grant.Allows(Resource.Subscription, Level.Write) ? Denied
        // What is sent shows what the dashboard does, statements included.
        : !grant.Allows(Resource.Dashboard, Level.Read) || !grant.Allows(Resource.Query, Level.Read) ? Refusal.Denied("A dashboard is sent by those who may see all of it.")
        : draft.Check() is { } refusal ? refusal
        : draft.Slack is { } target && await slack.RefusalOfAsync(grant, target, cancellationToken) is { } wrong ? wrong
        : await dashboards.FindAsync(grant.ProjectId, draft.DashboardId, null, cancellationToken) is { Deleted: false } ? null
        : Refusal.Invalid("dashboard", "There is no such dashboard.");

    void Plan(SubscriptionRow row, Project project) => row.NextAt = row.Enabled ? row.Schedule.NextAfter(time.GetUtcNow(), project.Zone) : null;

    static ActivityEntry Entry(ProjectGrant grant, ActivityVerb verb, SubscriptionRow row) =>
        ActivityEntry.In(grant, verb, Resource.Subscription, row.Id.ToString(CultureInfo.InvariantCulture), row.Title.Length > 0 ? row.Title : row.Schedule.Words);

    static Task<SubscriptionRow?> RowAsync(PrickleDatabase database, int projectId, int id, CancellationToken cancellationToken) =>
        database.Set<SubscriptionRow>().SingleOrDefaultAsync(row => row.ProjectId == projectId && row.Id == id, cancellationToken);

    static async Task<DeliveryRound?> LastAsync(PrickleDatabase database, int id, CancellationToken cancellationToken)
    {
        var deliveries = database.Set<DeliveryRow>().AsNoTracking().Where(row => row.SubscriptionId == id);
        if (await deliveries.MaxAsync(row => (DateTimeOffset?)row.DueAt, cancellationToken) is not { } due)
        {
            return null;
        }
        var round = await deliveries.Where(row => row.DueAt == due).ToListAsync(cancellationToken);
        return new DeliveryRound(
            due, round.Count(row => row.State == DeliveryState.Sent), round.Count(row => row.State == DeliveryState.Waiting),
            round.Count(row => row.State == DeliveryState.Failed), round.FirstOrDefault(row => row.Detail is not null)?.Detail);
    }
}

/// <summary>One mail of a subscription, or its message in Slack.</summary>
/// <param name="Recipient">An address, or a channel.</param>
/// <param name="Status">waiting, sent or failed.</param>
public sealed record Delivery(DateTimeOffset DueAt, string Recipient, string Status, int Attempts, DateTimeOffset? SentAt, string? Detail);
