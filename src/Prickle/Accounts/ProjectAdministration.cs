using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts.Keys;
using Prickle.Accounts.Projects;
using Prickle.Accounts.Storage;
using Prickle.Activity;
using Prickle.Storage;

namespace Prickle.Accounts;

/// <summary>Makes, changes and deletes projects. The caller's permission is checked here too, so pages need not.</summary>
public sealed class ProjectAdministration(
    IDbContextFactory<PrickleDatabase> databases,
    ProjectDirectory directory,
    ProjectDeletionWorker deletions,
    ActivityLog activity,
    IEnumerable<IProjectSettingsCheck> checks,
    TimeProvider time)
{
    public async Task<Outcome<Project>> CreateAsync(
        OrganizationGrant grant, ProjectSettings settings, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        if (Invalid(settings) is { } invalid)
        {
            return invalid;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var row = new ProjectRow
        {
            OrganizationId = grant.OrganizationId,
            Name = settings.Name,
            Token = Secret.NewProjectToken(),
            CreatedAt = time.GetUtcNow(),
        };
        Apply(settings, row);
        database.Add(row);
        await database.SaveChangesAsync(cancellationToken);
        activity.Add(database, Entry(grant, row, ActivityVerb.Created) with { After = settings });
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        directory.Changed();
        return row.ToProject();
    }

    public async Task<Outcome<Project>> UpdateAsync(
        ProjectGrant grant, ProjectSettings settings, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        if (Invalid(settings) is { } invalid)
        {
            return invalid;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(database, grant, cancellationToken) is not { } row)
        {
            return Gone;
        }
        var before = ProjectSettings.Of(row.ToProject());
        Apply(settings, row);
        var after = ProjectSettings.Of(row.ToProject());
        activity.Add(database, Entry(grant, row, ActivityVerb.Updated) with { Before = before, After = after });
        await database.SaveChangesAsync(cancellationToken);
        directory.Changed();
        return row.ToProject();
    }

    /// <summary>Gives the project a new token; the old one stops at once.</summary>
    public async Task<Outcome<Project>> RotateTokenAsync(ProjectGrant grant, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(database, grant, cancellationToken) is not { } row)
        {
            return Gone;
        }
        var old = row.Token;
        row.Token = Secret.NewProjectToken();
        activity.Add(database, Entry(grant, row, ActivityVerb.Updated) with
        {
            Before = new { ApiToken = old },
            After = new { ApiToken = row.Token },
        });
        await database.SaveChangesAsync(cancellationToken);
        directory.Changed();
        return row.ToProject();
    }

    /// <summary>
    /// Hides the project at once; what the modules keep for it is removed in the background, also after a restart.
    /// </summary>
    public async Task<Outcome<Project>> DeleteAsync(ProjectGrant grant, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(database, grant, cancellationToken) is not { } row)
        {
            return Gone;
        }
        row.DeletedAt = time.GetUtcNow();
        activity.Add(database, Entry(grant, row, ActivityVerb.Deleted) with { ProjectId = null });
        await database.SaveChangesAsync(cancellationToken);
        directory.Changed();
        deletions.Wake();
        return row.ToProject();
    }

    static readonly Refusal Gone = Refusal.NotFound("The project does not exist any more.");

    Refusal? Invalid(ProjectSettings settings) =>
        settings.Check() ?? checks.Select(check => check.Refuse(settings)).FirstOrDefault(refusal => refusal is not null);

    static Refusal? RefusalOf(Grant grant) => grant.Allows(Resource.Project, Level.Write)
        ? null
        : Refusal.Denied("Only admins and owners of the organization may change its projects.");

    static Task<ProjectRow?> FindAsync(PrickleDatabase database, ProjectGrant grant, CancellationToken cancellationToken) =>
        database.Set<ProjectRow>().SingleOrDefaultAsync(
            row => row.Id == grant.ProjectId && row.DeletedAt == null, cancellationToken);

    static void Apply(ProjectSettings settings, ProjectRow row)
    {
        row.Name = settings.Name.Trim();
        row.TimeZone = settings.TimeZone;
        row.AnonymizeIps = settings.AnonymizeIps;
        row.RetentionDays = settings.RetentionDays;
        row.AppUrls = [.. settings.AppUrls];
        row.WeekStart = settings.WeekStart;
        row.PreviewsSiteApp = settings.PreviewsSiteApp;
        row.MessagesSiteApp = settings.MessagesSiteApp;
        row.TestAccountFilters = settings.TestAccountFilters.GetRawText();
        row.PathCleaningFilters = JsonSerializer.Serialize(settings.PathCleaningFilters);
    }

    static ActivityEntry Entry(Grant grant, ProjectRow row, ActivityVerb verb) => new()
    {
        OrganizationId = row.OrganizationId,
        ProjectId = row.Id,
        Actor = grant.Actor,
        Verb = verb,
        Resource = Resource.Project,
        ItemId = $"{row.Id}",
        ItemName = row.Name,
    };
}
