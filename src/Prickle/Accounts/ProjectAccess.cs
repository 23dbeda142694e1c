using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts.Storage;
using Prickle.Storage;

namespace Prickle.Accounts;

/// <summary>
/// Answers which projects and organizations somebody can see, and what they may do there. For endpoints and pages alike;
/// memberships are read each time, so a change holds from the next question on.
/// </summary>
public sealed class ProjectAccess(ProjectDirectory projects, IDbContextFactory<PrickleDatabase> databases, PreparedReads reads)
{
    const string Membership = "SELECT role, project_ids FROM memberships WHERE organization_id = @p0 AND user_id = @p1";

    /// <summary>Names the project or organization that the user works in at present.</summary>
    public const string Current = "@current";

    /// <summary>The grant on a project given by its id or <see cref="Current"/>; null when the actor cannot see it.</summary>
    public async Task<ProjectGrant?> FindAsync(Actor actor, string idOrCurrent, CancellationToken cancellationToken) =>
        idOrCurrent == Current ? await FindCurrentAsync(actor, cancellationToken)
        : int.TryParse(idOrCurrent, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? await FindAsync(actor, id, cancellationToken)
        : null;

    public async Task<ProjectGrant?> FindAsync(Actor actor, int projectId, CancellationToken cancellationToken)
    {
        if (await projects.FindAsync(projectId, cancellationToken) is not { } project)
        {
            return null;
        }
        if (actor.Key is { IsOfProject: true })
        {
            // Nobody's member: it reads what its scopes say, of its project.
            return actor.KeyReaches(project) ? new ProjectGrant(project, actor, Role.Viewer) : null;
        }
        // Plain SQL: this is asked for each request of the API.
        await using var reading = reads.Begin();
        await using var row = await reading.AskAsync(Membership, [project.OrganizationId, actor.UserId], cancellationToken);
        return await row.ReadAsync(cancellationToken) && (Role)row.GetInt32(0) is var role && Sees(actor, role, row.ListOrNull<int>(1), project)
            ? new ProjectGrant(project, actor, role)
            : null;
    }

    /// <summary>Every project the actor can see, by id.</summary>
    public async Task<IReadOnlyList<ProjectGrant>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var memberships = await database.Set<MembershipRow>().AsNoTracking()
            .Where(row => row.UserId == actor.UserId).ToDictionaryAsync(row => row.OrganizationId, cancellationToken);
        var all = await projects.ListAsync(cancellationToken);
        return
        [
            .. from project in all
               let membership = memberships.GetValueOrDefault(project.OrganizationId)
               where membership is not null && Sees(actor, membership.Role, membership.ProjectIds, project)
               select new ProjectGrant(project, actor, membership.Role),
        ];
    }

    /// <summary>The grant on an organization given by its id or <see cref="Current"/>; null when it is not the actor's.</summary>
    public async Task<OrganizationGrant?> FindOrganizationAsync(
        Actor actor, string idOrCurrent, CancellationToken cancellationToken)
    {
        var organizations = await ListOrganizationsAsync(actor, cancellationToken);
        if (idOrCurrent == Current)
        {
            var current = await FindCurrentAsync(actor, cancellationToken);
            return organizations.FirstOrDefault(grant => grant.OrganizationId == current?.Project.OrganizationId)
                ?? (organizations is [var first, ..] ? first : null);
        }
        return int.TryParse(idOrCurrent, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? organizations.FirstOrDefault(grant => grant.OrganizationId == id)
            : null;
    }

    /// <summary>Every organization the actor belongs to, by id.</summary>
    public async Task<IReadOnlyList<OrganizationGrant>> ListOrganizationsAsync(
        Actor actor, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await (
            from membership in database.Set<MembershipRow>().AsNoTracking()
            join organization in database.Set<OrganizationRow>() on membership.OrganizationId equals organization.Id
            where membership.UserId == actor.UserId
            orderby organization.Id
            select new { organization.Id, organization.Name, membership.Role }).ToListAsync(cancellationToken);
        return
        [
            .. from row in rows
               where actor.KeyReachesOrganization(row.Id)
               select new OrganizationGrant(row.Id, row.Name, actor, row.Role),
        ];
    }

    /// <summary>Makes a project the one that <see cref="Current"/> names; false when the actor cannot see it.</summary>
    public async Task<bool> SwitchAsync(Actor actor, int projectId, CancellationToken cancellationToken)
    {
        if (await FindAsync(actor, projectId, cancellationToken) is null)
        {
            return false;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Users.Where(user => user.Id == actor.UserId).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.CurrentProjectId, projectId), cancellationToken) == 1;
    }

    async Task<ProjectGrant?> FindCurrentAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (actor.Key is { IsOfProject: true, ProjectIds: [var own] })
        {
            return await FindAsync(actor, own, cancellationToken);
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var currentId = await database.Users.Where(user => user.Id == actor.UserId)
            .Select(user => user.CurrentProjectId).SingleOrDefaultAsync(cancellationToken);
        var visible = await ListAsync(actor, cancellationToken);
        return visible.FirstOrDefault(grant => grant.ProjectId == currentId) ?? (visible is [var first, ..] ? first : null);
    }

    static bool Sees(Actor actor, Role role, List<int>? projectIds, Project project) =>
        actor.KeyReaches(project) && (role >= Role.Admin || projectIds?.Contains(project.Id) != false);
}
