using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Annotations.Storage;
using Prickle.Storage;

namespace Prickle.Annotations;

/// <summary>The annotations of projects: for charts to show, and for people to write.</summary>
public sealed class AnnotationBook(IDbContextFactory<PrickleDatabase> databases, IAnnotatedDashboards dashboards, ActivityLog activity, TimeProvider time)
{
    static readonly Refusal Gone = Refusal.NotFound("The annotation does not exist.");

    /// <summary>What shows on a chart of the project from one moment to another, in time; at most 500.</summary>
    /// <param name="dashboardId">The dashboard on which the chart stands; null where it stands by itself.</param>
    /// <param name="isShared">For whoever has a link and nothing else: what is kept to the dashboard, and nothing else of the project.</param>
    public async Task<IReadOnlyList<Annotation>> BetweenAsync(
        Project project, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken, int? dashboardId = null, bool isShared = false)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var shown = Within(Seen(database, project), from, to);
        shown = isShared
            ? shown.Where(seen => seen.Row.DashboardId != null && seen.Row.DashboardId == dashboardId)
            : shown.Where(seen => seen.Row.DashboardId == null || seen.Row.DashboardId == dashboardId);
        return await ReadAsync(shown.OrderBy(seen => seen.Row.Marker).ThenBy(seen => seen.Row.Id).Take(500), cancellationToken);
    }

    /// <summary>A page of them, the newest moment first unless said otherwise.</summary>
    public async Task<(long Count, IReadOnlyList<Annotation> Annotations)> ListAsync(
        ProjectGrant grant, AnnotationListFilter filter, int limit, int offset, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var seen = Within(Seen(database, grant), filter.From, filter.To);
        if (filter.Search.Trim().ToLowerInvariant() is { Length: > 0 } lower)
        {
            seen = seen.Where(one => one.Row.Content.ToLower().Contains(lower));
        }
        if (filter.DashboardId is { } dashboardId)
        {
            seen = seen.Where(one => one.Row.DashboardId == dashboardId);
        }
        var ordered = filter.OldestFirst ? seen.OrderBy(one => one.Row.Marker) : seen.OrderByDescending(one => one.Row.Marker);
        return (await seen.LongCountAsync(cancellationToken), await ReadAsync(ordered.ThenBy(one => one.Row.Id).Skip(offset).Take(limit), cancellationToken));
    }

    public async Task<Annotation?> FindAsync(ProjectGrant grant, int id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return (await ReadAsync(Seen(database, grant).Where(seen => seen.Row.Id == id), cancellationToken)).SingleOrDefault();
    }

    /// <summary>The dashboards to which whoever asks may keep annotations, by name; at most a thousand.</summary>
    public async Task<IReadOnlyList<AnnotatedDashboard>> DashboardsAsync(ProjectGrant grant, CancellationToken cancellationToken)
    {
        if (!dashboards.MaySee(grant))
        {
            return [];
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await dashboards.Of(database, grant.ProjectId).OrderBy(one => one.Name).ThenBy(one => one.Id).Take(1000).ToListAsync(cancellationToken);
    }

    public async Task<Outcome<Annotation>> CreateAsync(ProjectGrant grant, AnnotationSettings settings, CancellationToken cancellationToken)
    {
        if ((RefusalOf(grant) ?? settings.Check()) is { } refusal)
        {
            return refusal;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var dashboard = await DashboardOfAsync(database, grant, settings, cancellationToken);
        if (settings.DashboardId is not null && dashboard is null)
        {
            return NoDashboard;
        }
        var row = new AnnotationRow
        {
            OrganizationId = grant.Project.OrganizationId,
            Content = "",
            CreatedBy = grant.Actor.Email,
            CreatedAt = time.GetUtcNow(),
        };
        Apply(grant, settings, row);
        database.Add(row);
        await database.SaveChangesAsync(cancellationToken);
        var made = row.ToAnnotation(dashboard);
        activity.Add(database, Entry(grant, row, ActivityVerb.Created) with { After = AnnotationSettings.Of(made) });
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return made;
    }

    public async Task<Outcome<Annotation>> UpdateAsync(ProjectGrant grant, int id, AnnotationSettings settings, CancellationToken cancellationToken)
    {
        if ((RefusalOf(grant) ?? settings.Check()) is { } refusal)
        {
            return refusal;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await Seen(database, grant).SingleOrDefaultAsync(seen => seen.Row.Id == id, cancellationToken) is not { } seen)
        {
            return Gone;
        }
        var dashboard = await DashboardOfAsync(database, grant, settings, cancellationToken);
        if (settings.DashboardId is not null && dashboard is null)
        {
            return NoDashboard;
        }
        var before = AnnotationSettings.Of(seen.ToAnnotation());
        Apply(grant, settings, seen.Row);
        var changed = seen.Row.ToAnnotation(dashboard);
        activity.Add(database, Entry(grant, seen.Row, ActivityVerb.Updated) with { Before = before, After = AnnotationSettings.Of(changed) });
        await database.SaveChangesAsync(cancellationToken);
        return changed;
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
        if (await Seen(database, grant, !isDeleted).SingleOrDefaultAsync(seen => seen.Row.Id == id, cancellationToken) is not { } seen)
        {
            return Gone;
        }
        seen.Row.IsDeleted = isDeleted;
        activity.Add(database, Entry(grant, seen.Row, isDeleted ? ActivityVerb.Deleted : ActivityVerb.Restored));
        await database.SaveChangesAsync(cancellationToken);
        return seen.ToAnnotation();
    }

    /// <summary>An annotation, and what its dashboard is called.</summary>
    sealed record SeenAnnotation
    {
        public required AnnotationRow Row { get; init; }
        public string? Dashboard { get; init; }

        public Annotation ToAnnotation() => Row.ToAnnotation(Dashboard);
    }

    static async Task<IReadOnlyList<Annotation>> ReadAsync(IQueryable<SeenAnnotation> seen, CancellationToken cancellationToken) =>
        (await seen.AsNoTracking().ToListAsync(cancellationToken)).ConvertAll(one => one.ToAnnotation());

    static IQueryable<SeenAnnotation> Within(IQueryable<SeenAnnotation> seen, DateTimeOffset? from, DateTimeOffset? to)
    {
        var (first, last) = (from is { } begin ? AnnotationRow.MarkerOf(begin) : long.MinValue, to is { } end ? AnnotationRow.MarkerOf(end) : long.MaxValue);
        return seen.Where(one => one.Row.Marker >= first && one.Row.Marker <= last);
    }

    // What a dashboard says is not for those who may not see it.
    IQueryable<SeenAnnotation> Seen(PrickleDatabase database, ProjectGrant grant, bool isDeleted = false) =>
        Seen(database, grant.Project, isDeleted) is var seen && dashboards.MaySee(grant) ? seen : seen.Where(one => one.Row.DashboardId == null);

    IQueryable<SeenAnnotation> Seen(PrickleDatabase database, Project project, bool isDeleted = false)
    {
        var (organizationId, projectId) = (project.OrganizationId, project.Id);
        var there = dashboards.Of(database, projectId);
        return database.Set<AnnotationRow>()
            .Where(row => row.OrganizationId == organizationId && row.IsDeleted == isDeleted
                && (row.ProjectId == projectId || row.Scope == AnnotationScope.Organization)
                && (row.DashboardId == null || there.Any(one => one.Id == row.DashboardId)))
            .Select(row => new SeenAnnotation { Row = row, Dashboard = there.Where(one => one.Id == row.DashboardId).Select(one => one.Name).FirstOrDefault() });
    }

    async Task<string?> DashboardOfAsync(PrickleDatabase database, ProjectGrant grant, AnnotationSettings settings, CancellationToken cancellationToken) =>
        settings.DashboardId is { } id && dashboards.MaySee(grant)
            ? await dashboards.Of(database, grant.ProjectId).Where(one => one.Id == id).Select(one => one.Name).SingleOrDefaultAsync(cancellationToken)
            : null;

    void Apply(ProjectGrant grant, AnnotationSettings settings, AnnotationRow row)
    {
        row.Content = settings.Content.Trim();
        row.Marker = AnnotationRow.MarkerOf(settings.DateMarker ?? time.GetUtcNow());
        (row.Scope, row.DashboardId) = (settings.Scope, settings.DashboardId);
        if (settings.Scope != AnnotationScope.Organization || row.ProjectId == 0)
        {
            // "This project" is the one before whoever says it, wherever the annotation was made.
            row.ProjectId = grant.ProjectId;
        }
        row.Tags = [.. settings.Tags.Select(tag => tag.Trim()).Distinct()];
    }

    static Refusal NoDashboard => Refusal.NotFound("Dashboard not found.") with { Attribute = "dashboard_id" };

    static Refusal? RefusalOf(ProjectGrant grant) =>
        grant.Allows(Resource.Annotation, Level.Write) ? null : Refusal.Denied("You may look at annotations here, not change them.");

    static ActivityEntry Entry(ProjectGrant grant, AnnotationRow row, ActivityVerb verb) =>
        ActivityEntry.In(grant, verb, Resource.Annotation, $"{row.Id}", row.Content.Length > 80 ? row.Content[..80] : row.Content);
}
