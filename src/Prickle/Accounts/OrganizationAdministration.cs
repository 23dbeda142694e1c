using Microsoft.EntityFrameworkCore;
using Prickle.Accounts.Storage;
using Prickle.Activity;
using Prickle.Storage;

namespace Prickle.Accounts;

/// <summary>Makes and names organizations.</summary>
public sealed class OrganizationAdministration(
    IDbContextFactory<PrickleDatabase> databases, ProjectAccess access, ActivityLog activity, TimeProvider time)
{
    /// <summary>Makes another organization, owned by the one who asks: an admin or owner of one already.</summary>
    public async Task<Outcome<OrganizationGrant>> CreateAsync(Actor actor, string name, CancellationToken cancellationToken)
    {
        var own = await access.ListOrganizationsAsync(actor, cancellationToken);
        if (actor.Key?.OrganizationIds is not null || own.All(grant => !grant.Allows(Resource.Organization, Level.Write)))
        {
            return Refusal.Denied("Only admins and owners of an organization may make another one.");
        }
        if (InvalidName(name) is { } refusal)
        {
            return refusal;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var row = new OrganizationRow { Name = name.Trim(), CreatedAt = time.GetUtcNow() };
        database.Add(row);
        await database.SaveChangesAsync(cancellationToken);
        database.Add(new MembershipRow
        {
            OrganizationId = row.Id,
            UserId = actor.UserId,
            Role = Role.Owner,
            JoinedAt = time.GetUtcNow(),
        });
        activity.Add(database, Entry(actor, row, ActivityVerb.Created));
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new OrganizationGrant(row.Id, row.Name, actor, Role.Owner);
    }

    public async Task<Outcome<OrganizationGrant>> RenameAsync(
        OrganizationGrant grant, string name, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.Organization, Level.Write))
        {
            return Refusal.Denied("Only admins and owners may rename an organization.");
        }
        if (InvalidName(name) is { } refusal)
        {
            return refusal;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var row = await database.Set<OrganizationRow>().SingleAsync(row => row.Id == grant.OrganizationId, cancellationToken);
        activity.Add(database, Entry(grant.Actor, row, ActivityVerb.Updated) with
        {
            Before = new { row.Name },
            After = new { Name = name.Trim() },
        });
        row.Name = name.Trim();
        await database.SaveChangesAsync(cancellationToken);
        return grant with { OrganizationName = row.Name };
    }

    static Refusal? InvalidName(string name) => name.Trim() is { Length: > 0 and <= Limits.Name }
        ? null
        : Refusal.Invalid("name", $"An organization needs a name of at most {Limits.Name} characters.");

    static ActivityEntry Entry(Actor actor, OrganizationRow row, ActivityVerb verb) => new()
    {
        OrganizationId = row.Id,
        Actor = actor,
        Verb = verb,
        Resource = Resource.Organization,
        ItemId = $"{row.Id}",
        ItemName = row.Name,
    };
}
