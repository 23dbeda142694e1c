using Microsoft.EntityFrameworkCore;
using Prickle.Accounts.Storage;
using Prickle.Activity;
using Prickle.Storage;

namespace Prickle.Accounts;

/// <summary>Who belongs to an organization, and as what. An organization always keeps an owner.</summary>
public sealed class Members(IDbContextFactory<PrickleDatabase> databases, ActivityLog activity)
{
    public async Task<IReadOnlyList<Member>> ListAsync(OrganizationGrant grant, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await (
            from membership in database.Set<MembershipRow>().AsNoTracking()
            join user in database.Users on membership.UserId equals user.Id
            where membership.OrganizationId == grant.OrganizationId
            orderby user.Email
            select new { Membership = membership, user.Name, user.Email }).ToListAsync(cancellationToken);
        return [.. rows.Select(row => ToMember(row.Membership, row.Name, row.Email))];
    }

    /// <summary>Gives a member another role, or other projects to see.</summary>
    public async Task<Outcome<Member>> ChangeAsync(
        OrganizationGrant grant, Guid userId, Role role, IReadOnlyList<int>? projectIds, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.Member, Level.Write))
        {
            return Refusal.Denied("Only admins and owners may change members.");
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await LockAsync(database, grant.OrganizationId, cancellationToken);
        if (await FindAsync(database, grant.OrganizationId, userId, cancellationToken) is not { } row)
        {
            return Unknown;
        }
        if (row.Role != role && grant.Role < Role.Owner && (row.Role == Role.Owner || role == Role.Owner))
        {
            return Refusal.Denied("Only an owner may make or unmake an owner.");
        }
        if (row.Role == Role.Owner && role != Role.Owner && await IsLastOwnerAsync(database, row, cancellationToken))
        {
            return LastOwner;
        }
        if (await RefusalOfAsync(database, grant.OrganizationId, projectIds, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        var user = await database.Users.SingleAsync(user => user.Id == userId, cancellationToken);
        activity.Add(database, Entry(grant, user, ActivityVerb.Updated) with
        {
            Before = new { row.Role, row.ProjectIds },
            After = new { Role = role, ProjectIds = projectIds },
        });
        row.Role = role;
        row.ProjectIds = projectIds?.ToList();
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return ToMember(row, user.Name, user.Email);
    }

    /// <summary>Takes a member out; everybody may take out themselves.</summary>
    public async Task<Outcome<Member>> RemoveAsync(OrganizationGrant grant, Guid userId, CancellationToken cancellationToken)
    {
        var isLeaving = userId == grant.Actor.UserId;
        if (!isLeaving && !grant.Allows(Resource.Member, Level.Write))
        {
            return Refusal.Denied("Only admins and owners may remove members.");
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await LockAsync(database, grant.OrganizationId, cancellationToken);
        if (await FindAsync(database, grant.OrganizationId, userId, cancellationToken) is not { } row)
        {
            return Unknown;
        }
        if (row.Role == Role.Owner && !isLeaving && grant.Role < Role.Owner)
        {
            return Refusal.Denied("Only an owner may remove an owner.");
        }
        if (row.Role == Role.Owner && await IsLastOwnerAsync(database, row, cancellationToken))
        {
            return LastOwner;
        }
        var user = await database.Users.SingleAsync(user => user.Id == userId, cancellationToken);
        database.Remove(row);
        activity.Add(database, Entry(grant, user, isLeaving ? ActivityVerb.Left : ActivityVerb.Deleted) with
        {
            Before = new { row.Role, row.ProjectIds },
        });
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return ToMember(row, user.Name, user.Email);
    }

    static readonly Refusal Unknown = Refusal.NotFound("There is no such member.");

    static readonly Refusal LastOwner = new(
        RefusalReason.LastOwner, "This is the last owner. Make somebody else an owner first.");

    /// <summary>Two owners who leave at the same moment must not both find the other still there.</summary>
    static async Task<Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction> LockAsync(
        PrickleDatabase database, int organizationId, CancellationToken cancellationToken)
    {
        var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await database.Set<OrganizationRow>().Where(row => row.Id == organizationId)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Name, row => row.Name), cancellationToken);
        return transaction;
    }

    /// <summary>Refuses a limit that names projects of elsewhere.</summary>
    internal static async Task<Refusal?> RefusalOfAsync(
        PrickleDatabase database, int organizationId, IReadOnlyList<int>? projectIds, CancellationToken cancellationToken)
    {
        if (projectIds is null)
        {
            return null;
        }
        var known = await database.Set<ProjectRow>().CountAsync(
            row => row.OrganizationId == organizationId && row.DeletedAt == null && projectIds.Contains(row.Id), cancellationToken);
        return known == projectIds.Distinct().Count()
            ? null
            : Refusal.Invalid("project_ids", "One of the projects does not exist in this organization.");
    }

    static Task<MembershipRow?> FindAsync(
        PrickleDatabase database, int organizationId, Guid userId, CancellationToken cancellationToken) =>
        database.Set<MembershipRow>().SingleOrDefaultAsync(
            row => row.OrganizationId == organizationId && row.UserId == userId, cancellationToken);

    static async Task<bool> IsLastOwnerAsync(PrickleDatabase database, MembershipRow owner, CancellationToken cancellationToken) =>
        !await database.Set<MembershipRow>().AnyAsync(
            row => row.OrganizationId == owner.OrganizationId && row.Role == Role.Owner && row.UserId != owner.UserId,
            cancellationToken);

    static Member ToMember(MembershipRow row, string name, string? email) =>
        new(row.UserId, name, email ?? "", row.Role, row.ProjectIds, row.JoinedAt);

    static ActivityEntry Entry(OrganizationGrant grant, User user, ActivityVerb verb) => new()
    {
        OrganizationId = grant.OrganizationId,
        Actor = grant.Actor,
        Verb = verb,
        Resource = Resource.Member,
        ItemId = user.Id.ToString(),
        ItemName = user.Email ?? "",
    };
}
