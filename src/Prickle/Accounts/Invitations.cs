using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts.Keys;
using Prickle.Accounts.Storage;
using Prickle.Activity;
using Prickle.Storage;

namespace Prickle.Accounts;

/// <summary>Invitations by link: made by admins, good once, for a week, kept as a hash.</summary>
public sealed class Invitations(IDbContextFactory<PrickleDatabase> databases, ActivityLog activity, TimeProvider time)
{
    public static readonly TimeSpan DefaultLife = TimeSpan.FromDays(7);
    static readonly TimeSpan LongestLife = TimeSpan.FromDays(90);

    public async Task<Outcome<IssuedInvitation>> CreateAsync(
        OrganizationGrant grant, Role role, string? email, IReadOnlyList<int>? projectIds, TimeSpan? life,
        CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.Member, Level.Write))
        {
            return Refusal.Denied("Only admins and owners may invite.");
        }
        if (role > grant.Role)
        {
            return Refusal.Denied("Nobody can invite to a role above their own.");
        }
        if (email is not null && !new EmailAddressAttribute().IsValid(email))
        {
            return Refusal.Invalid("email", $"'{email}' is not an e-mail address.");
        }
        if (life is { } wanted && (wanted <= TimeSpan.Zero || wanted > LongestLife))
        {
            return Refusal.Invalid("expires_in_days", $"An invitation lasts 1 to {LongestLife.TotalDays} days.");
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await Members.RefusalOfAsync(database, grant.OrganizationId, projectIds, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        var token = Secret.New();
        var row = new InvitationRow
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            OrganizationId = grant.OrganizationId,
            TokenHash = Secret.Hash(token),
            Role = role,
            ProjectIds = projectIds?.ToList(),
            Email = email?.Trim(),
            InvitedBy = grant.Actor.UserId,
            CreatedAt = time.GetUtcNow(),
            ExpiresAt = time.GetUtcNow() + (life ?? DefaultLife),
        };
        database.Add(row);
        activity.Add(database, Entry(grant, row, ActivityVerb.Created) with { After = new { row.Role, row.Email, row.ExpiresAt } });
        await database.SaveChangesAsync(cancellationToken);
        return new IssuedInvitation(ToInvitation(row, grant.OrganizationName), token);
    }

    /// <summary>Those that can still be accepted, the newest first.</summary>
    public async Task<IReadOnlyList<Invitation>> ListAsync(OrganizationGrant grant, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var rows = await database.Set<InvitationRow>().AsNoTracking()
            .Where(row => row.OrganizationId == grant.OrganizationId && row.ExpiresAt > now)
            .OrderByDescending(row => row.CreatedAt).ToListAsync(cancellationToken);
        return [.. rows.Select(row => ToInvitation(row, grant.OrganizationName))];
    }

    public async Task<Outcome<Invitation>> RevokeAsync(OrganizationGrant grant, Guid id, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.Member, Level.Write))
        {
            return Refusal.Denied("Only admins and owners may withdraw an invitation.");
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var row = await database.Set<InvitationRow>().SingleOrDefaultAsync(
            row => row.Id == id && row.OrganizationId == grant.OrganizationId, cancellationToken);
        if (row is null)
        {
            return Refusal.NotFound("There is no such invitation.");
        }
        database.Remove(row);
        activity.Add(database, Entry(grant, row, ActivityVerb.Deleted) with { Before = new { row.Role, row.Email } });
        await database.SaveChangesAsync(cancellationToken);
        return ToInvitation(row, grant.OrganizationName);
    }

    /// <summary>The invitation behind a link; null when it is unknown, used, withdrawn or too old.</summary>
    public async Task<Invitation?> FindAsync(string token, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await FindRowAsync(database, token, cancellationToken) is var (row, name) ? ToInvitation(row, name) : null;
    }

    /// <summary>Makes a user a member by an invitation, which is used up by that.</summary>
    public async Task<Outcome<Invitation>> AcceptAsync(string token, User user, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var outcome = await AcceptAsync(database, token, user, cancellationToken);
        if (outcome is Outcome<Invitation>.Done)
        {
            await transaction.CommitAsync(cancellationToken);
        }
        return outcome;
    }

    /// <summary>The same within the caller's transaction.</summary>
    internal async Task<Outcome<Invitation>> AcceptAsync(
        PrickleDatabase database, string token, User user, CancellationToken cancellationToken)
    {
        if (await FindRowAsync(database, token, cancellationToken) is not var (row, organization))
        {
            return Expired;
        }
        if (row.Email is { } email && !email.Equals(user.Email, StringComparison.OrdinalIgnoreCase))
        {
            return new Refusal(RefusalReason.WrongEmail, $"This invitation is for {email}. Sign in with that address.", "email");
        }
        // Whoever deletes the row has the invitation; two who follow the link at once cannot both.
        if (await database.Set<InvitationRow>().Where(other => other.Id == row.Id).ExecuteDeleteAsync(cancellationToken) == 0)
        {
            return Expired;
        }
        var membership = await database.Set<MembershipRow>().SingleOrDefaultAsync(
            other => other.OrganizationId == row.OrganizationId && other.UserId == user.Id, cancellationToken);
        if (membership is not null)
        {
            return new Refusal(RefusalReason.AlreadyExists, $"You already are a member of {organization}.");
        }
        database.Add(new MembershipRow
        {
            OrganizationId = row.OrganizationId,
            UserId = user.Id,
            Role = row.Role,
            ProjectIds = row.ProjectIds,
            JoinedAt = time.GetUtcNow(),
        });
        activity.Add(database, new ActivityEntry
        {
            OrganizationId = row.OrganizationId,
            Actor = new Actor(user.Id, user.Email ?? ""),
            Verb = ActivityVerb.Joined,
            Resource = Resource.Member,
            ItemId = user.Id.ToString(),
            ItemName = user.Email ?? "",
            After = new { row.Role, row.ProjectIds },
        });
        await database.SaveChangesAsync(cancellationToken);
        return ToInvitation(row, organization);
    }

    internal static readonly Refusal Expired = new(
        RefusalReason.InvitationExpired, "This invitation was used, withdrawn, or is too old. Ask for a new one.");

    async Task<(InvitationRow Row, string Organization)?> FindRowAsync(
        PrickleDatabase database, string token, CancellationToken cancellationToken)
    {
        var hash = Secret.Hash(token);
        var now = time.GetUtcNow();
        var found = await (
            from row in database.Set<InvitationRow>().AsNoTracking()
            join organization in database.Set<OrganizationRow>() on row.OrganizationId equals organization.Id
            where row.TokenHash == hash && row.ExpiresAt > now
            select new { Row = row, organization.Name }).SingleOrDefaultAsync(cancellationToken);
        return found is null ? null : (found.Row, found.Name);
    }

    static Invitation ToInvitation(InvitationRow row, string organization) => new(
        row.Id, row.OrganizationId, organization, row.Role, row.ProjectIds, row.Email, row.CreatedAt, row.ExpiresAt);

    static ActivityEntry Entry(OrganizationGrant grant, InvitationRow row, ActivityVerb verb) => new()
    {
        OrganizationId = grant.OrganizationId,
        Actor = grant.Actor,
        Verb = verb,
        Resource = Resource.Member,
        ItemId = row.Id.ToString(),
        ItemName = $"Invitation for {row.Email ?? "anybody with the link"}",
    };
}
