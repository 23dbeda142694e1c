using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Dashboards.Storage;
using Prickle.Storage;

namespace Prickle.Dashboards.Sharing;

/// <summary>The link by which anybody sees a dashboard: made, changed and stopped by those who may change the dashboard.</summary>
public sealed class DashboardSharing(IDbContextFactory<PrickleDatabase> databases, ActivityLog activity, TimeProvider time)
{
    static readonly Refusal Gone = Refusal.NotFound("Dashboard not found.");

    static readonly Refusal NoLink = Refusal.NotFound("The dashboard has no link.");

    /// <summary>What is known of the link; not the link itself, which is kept as a hash.</summary>
    public async Task<Outcome<DashboardLink>> FindAsync(ProjectGrant grant, int id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await RowAsync(database, grant, id, cancellationToken) is { } row ? LinkOf(row) : Gone;
    }

    /// <summary>A new link's secret, given this once; the link before it stops.</summary>
    public Task<Outcome<string>> ShareAsync(ProjectGrant grant, int id, DashboardLinkDraft draft, CancellationToken cancellationToken) =>
        ChangeAsync(grant, id, draft, row =>
        {
            var secret = LinkSecret.New();
            (row.ShareHash, row.SharePassword) = (LinkSecret.Hash(secret), null);
            Apply(row, draft);
            return (Outcome<string>)secret;
        }, cancellationToken);

    /// <summary>Gives the link another password or another end.</summary>
    public Task<Outcome<DashboardLink>> UpdateAsync(ProjectGrant grant, int id, DashboardLinkDraft draft, CancellationToken cancellationToken) =>
        ChangeAsync(grant, id, draft, row =>
        {
            if (row.ShareHash is null)
            {
                return NoLink;
            }
            Apply(row, draft);
            return (Outcome<DashboardLink>)LinkOf(row);
        }, cancellationToken);

    /// <summary>Stops the link.</summary>
    public Task<Outcome<DashboardLink>> StopAsync(ProjectGrant grant, int id, CancellationToken cancellationToken) =>
        ChangeAsync(grant, id, null, row =>
        {
            (row.ShareHash, row.SharePassword, row.ShareExpiresAt) = (null, null, null);
            return (Outcome<DashboardLink>)LinkOf(row);
        }, cancellationToken);

    async Task<Outcome<T>> ChangeAsync<T>(ProjectGrant grant, int id, DashboardLinkDraft? draft, Func<DashboardRow, Outcome<T>> change, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant, draft) is { } refusal)
        {
            return refusal;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        var before = LinkOf(row);
        var outcome = change(row);
        if (outcome is Outcome<T>.Done)
        {
            activity.Add(database, ActivityEntry.In(grant, ActivityVerb.Updated, Resource.Dashboard, id.ToString(CultureInfo.InvariantCulture), row.Name) with
            {
                Before = new { Link = before },
                After = new { Link = LinkOf(row) },
            });
            await database.SaveChangesAsync(cancellationToken);
        }
        return outcome;
    }

    /// <param name="draft">Null where the link is stopped, which whoever may change the dashboard may do.</param>
    Refusal? RefusalOf(ProjectGrant grant, DashboardLinkDraft? draft) =>
        // Whoever has the link sees what statements give, too.
        !grant.Allows(Resource.Dashboard, Level.Write) || (draft is not null && !grant.Allows(Resource.Query, Level.Read)) ? Refusal.Denied("You may see dashboards and not share them.")
        : draft?.Password is { Length: > 0 and (< LinkPassword.Shortest or > LinkPassword.Longest) }
            ? Refusal.Invalid("password", $"A password has {LinkPassword.Shortest} to {LinkPassword.Longest} characters.")
        : draft?.ExpiresAt <= time.GetUtcNow() ? Refusal.Invalid("expires_at", "The link would have ended before it began.")
        : null;

    static void Apply(DashboardRow row, DashboardLinkDraft draft)
    {
        row.ShareExpiresAt = draft.ExpiresAt?.ToUniversalTime();
        row.SharePassword = draft.Password switch { null => row.SharePassword, "" => null, var password => LinkPassword.Hash(password) };
    }

    DashboardLink LinkOf(DashboardRow row) =>
        new(row.ShareHash is not null, row.SharePassword is not null, row.ShareExpiresAt, row.ShareExpiresAt <= time.GetUtcNow());

    static Task<DashboardRow?> RowAsync(PrickleDatabase database, ProjectGrant grant, int id, CancellationToken cancellationToken) =>
        database.Set<DashboardRow>().SingleOrDefaultAsync(row => row.ProjectId == grant.ProjectId && row.Id == id && !row.Deleted, cancellationToken);
}

/// <summary>What may be set of a link.</summary>
/// <param name="Password">Null leaves it as it is, an empty text takes it away.</param>
/// <param name="ExpiresAt">When the link stops by itself; null for never.</param>
public sealed record DashboardLinkDraft(string? Password = null, DateTimeOffset? ExpiresAt = null);

/// <summary>What is known of a dashboard's link.</summary>
/// <param name="IsExpired">It has stopped by itself.</param>
public sealed record DashboardLink(bool IsShared, bool HasPassword, DateTimeOffset? ExpiresAt, bool IsExpired);
