using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Annotations.Storage;
using Prickle.Storage;

namespace Prickle.Annotations;

/// <summary>The annotations of projects: for charts to show, and for people to write.</summary>
public sealed class AnnotationBook(IDbContextFactory<PrickleDatabase> databases, ActivityLog activity, TimeProvider time)
{
    static readonly Refusal Gone = Refusal.NotFound("The annotation does not exist.");

    /// <summary>What shows on a chart of the project from one moment to another, in time; at most 500.</summary>
    public async Task<IReadOnlyList<Annotation>> BetweenAsync(
        Project project, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var (first, last) = (AnnotationRow.MarkerOf(from), AnnotationRow.MarkerOf(to));
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await Seen(database, project).AsNoTracking().Where(row => row.Marker >= first && row.Marker <= last)
            .OrderBy(row => row.Marker).Take(500).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => row.ToAnnotation());
    }

    /// <summary>A page of them, the newest moment first unless said otherwise.</summary>
    public async Task<(long Count, IReadOnlyList<Annotation> Annotations)> ListAsync(
        Project project, string search, int limit, int offset, CancellationToken cancellationToken, bool oldestFirst = false)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var seen = Seen(database, project).AsNoTracking();
        if (search.Trim().ToLowerInvariant() is { Length: > 0 } lower)
        {
            seen = seen.Where(row => row.Content.ToLower().Contains(lower));
        }
        var ordered = oldestFirst ? seen.OrderBy(row => row.Marker) : seen.OrderByDescending(row => row.Marker);
        var rows = await ordered.ThenBy(row => row.Id).Skip(offset).Take(limit).ToListAsync(cancellationToken);
        return (await seen.LongCountAsync(cancellationToken), rows.ConvertAll(row => row.ToAnnotation()));
    }

    public async Task<Annotation?> FindAsync(Project project, int id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return (await Seen(database, project).AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken))?.ToAnnotation();
    }

    public async Task<Outcome<Annotation>> CreateAsync(ProjectGrant grant, AnnotationSettings settings, CancellationToken cancellationToken)
    {
        if ((RefusalOf(grant) ?? settings.Check()) is { } refusal)
        {
            return refusal;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var row = new AnnotationRow
        {
            OrganizationId = grant.Project.OrganizationId,
            ProjectId = grant.ProjectId,
            Content = "",
            CreatedBy = grant.Actor.Email,
            CreatedAt = time.GetUtcNow(),
        };
        Apply(settings, row);
        database.Add(row);
        await database.SaveChangesAsync(cancellationToken);
        activity.Add(database, Entry(grant, row, ActivityVerb.Created) with { After = AnnotationSettings.Of(row.ToAnnotation()) });
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return row.ToAnnotation();
    }

    public async Task<Outcome<Annotation>> UpdateAsync(ProjectGrant grant, int id, AnnotationSettings settings, CancellationToken cancellationToken)
    {
        if ((RefusalOf(grant) ?? settings.Check()) is { } refusal)
        {
            return refusal;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await Seen(database, grant.Project).SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        var before = AnnotationSettings.Of(row.ToAnnotation());
        Apply(settings, row);
        activity.Add(database, Entry(grant, row, ActivityVerb.Updated) with { Before = before, After = AnnotationSettings.Of(row.ToAnnotation()) });
        await database.SaveChangesAsync(cancellationToken);
        return row.ToAnnotation();
    }

    public Task<Outcome<Annotation>> DeleteAsync(ProjectGrant grant, int id, CancellationToken cancellationToken) =>
        SetDeletedAsync(grant, id, true, cancellationToken);

    /// <summary>Takes a deletion back.</summary>
    public Task<Outcome<Annotation>> RestoreAsync(ProjectGrant grant, int id, CancellationToken cancellationToken) =>
        SetDeletedAsync(grant, id, false, cancellationToken);

    async Task<Outcome<Annotation>> SetDeletedAsync(ProjectGrant grant, int id, bool isDeleted, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await Seen(database, grant.Project, !isDeleted).SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        row.IsDeleted = isDeleted;
        activity.Add(database, Entry(grant, row, isDeleted ? ActivityVerb.Deleted : ActivityVerb.Restored));
        await database.SaveChangesAsync(cancellationToken);
        return row.ToAnnotation();
    }

    static IQueryable<AnnotationRow> Seen(PrickleDatabase database, Project project, bool isDeleted = false)
    {
        var (organizationId, projectId) = (project.OrganizationId, project.Id);
        return database.Set<AnnotationRow>().Where(row => row.OrganizationId == organizationId && row.IsDeleted == isDeleted
            && (row.ProjectId == projectId || row.Scope == AnnotationScope.Organization));
    }

    void Apply(AnnotationSettings settings, AnnotationRow row)
    {
        row.Content = settings.Content.Trim();
        row.Marker = AnnotationRow.MarkerOf(settings.DateMarker ?? time.GetUtcNow());
        row.Scope = settings.Scope;
        row.Tags = [.. settings.Tags.Select(tag => tag.Trim()).Distinct()];
    }

    static Refusal? RefusalOf(ProjectGrant grant) =>
        grant.Allows(Resource.Annotation, Level.Write) ? null : Refusal.Denied("You may look at annotations here, not change them.");

    static ActivityEntry Entry(ProjectGrant grant, AnnotationRow row, ActivityVerb verb) =>
        ActivityEntry.In(grant, verb, Resource.Annotation, $"{row.Id}", row.Content.Length > 80 ? row.Content[..80] : row.Content);
}
