using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Dashboards.Checking;
using Prickle.Dashboards.Storage;
using Prickle.Insights;
using Prickle.Storage;

namespace Prickle.Dashboards;

/// <summary>The dashboards of projects. Changes go into the activity log, which is their history.</summary>
public sealed partial class DashboardBook(
    IDbContextFactory<PrickleDatabase> databases, SavedInsights insights, ActivityLog activity, TimeProvider time)
{
    static readonly Refusal Gone = Refusal.NotFound("Dashboard not found.");

    /// <summary>A part of a project's dashboards, pinned ones first.</summary>
    /// <param name="user">Whose marks are meant; null where nobody signed in.</param>
    public async Task<DashboardList> ListAsync(
        int projectId, Guid? user, DashboardListFilter filter, int limit, int offset, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var marks = database.Set<FavoriteRow>().Where(mark => mark.UserId == user);
        var rows = Matching(database.Set<DashboardRow>().AsNoTracking().Where(row => row.ProjectId == projectId), filter);
        if (filter.FavoritesOnly)
        {
            rows = rows.Where(row => marks.Any(mark => mark.DashboardId == row.Id));
        }
        var count = await rows.LongCountAsync(cancellationToken);
        var page = await Ordered(rows, filter.Order).Skip(offset).Take(limit)
            .Select(row => new
            {
                Row = row,
                Favorited = marks.Any(mark => mark.DashboardId == row.Id),
                Tiles = database.Set<TileRow>().Count(tile => tile.DashboardId == row.Id),
            })
            .ToListAsync(cancellationToken);
        return new DashboardList(count, page.ConvertAll(one => new DashboardSummary(
            one.Row.Id, one.Row.Name, one.Row.Description, [.. one.Row.Tags], one.Row.Pinned, one.Favorited, one.Tiles, one.Row.CreatedBy,
            one.Row.CreatedAt, one.Row.LastModifiedAt, one.Row.Deleted, one.Row.ShareHash is not null)));
    }

    /// <summary>A dashboard with its tiles in the order in which they are read; deleted ones too.</summary>
    public async Task<Dashboard?> FindAsync(int projectId, int id, Guid? user, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<DashboardRow>().AsNoTracking().SingleOrDefaultAsync(row => row.ProjectId == projectId && row.Id == id, cancellationToken)
            is { } row ? await WholeAsync(database, row, user, cancellationToken) : null;
    }

    public Task<Outcome<Dashboard>> CreateAsync(ProjectGrant grant, DashboardDraft draft, CancellationToken cancellationToken) =>
        CreateAsync(grant, draft, [], null, cancellationToken);

    /// <summary>Makes a dashboard with all its tiles, or nothing.</summary>
    /// <param name="binding">The template that it comes from; the tiles then name theirs.</param>
    public async Task<Outcome<Dashboard>> CreateAsync(
        ProjectGrant grant, DashboardDraft draft, IReadOnlyList<TileDraft> tiles, TemplateBinding? binding, CancellationToken cancellationToken)
    {
        if ((RefusalOf(grant) ?? DashboardCheck.Of(draft) ?? (tiles.Count > DashboardCheck.MostTiles ? TooMany : null)) is { } refusal)
        {
            return refusal;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var row = new DashboardRow
        {
            ProjectId = grant.ProjectId,
            CreatedBy = grant.Actor.Email,
            CreatedAt = time.GetUtcNow(),
            Binding = binding is null ? null : DashboardRow.Write(binding),
        };
        row.Apply(draft);
        Touch(row, grant);
        database.Add(row);
        await database.SaveChangesAsync(cancellationToken);
        activity.Add(database, Entry(grant, ActivityVerb.Created, row) with { After = draft });
        var added = await AddTilesAsync(database, grant, row.Id, tiles, cancellationToken);
        if (added is not Outcome<IReadOnlyList<TileRow>>.Done)
        {
            return added.Match<Outcome<Dashboard>>(_ => throw new InvalidOperationException(), why => why);
        }
        await transaction.CommitAsync(cancellationToken);
        return await WholeAsync(database, row, grant.Actor.UserId, cancellationToken);
    }

    public async Task<Outcome<Dashboard>> UpdateAsync(ProjectGrant grant, int id, DashboardDraft draft, CancellationToken cancellationToken)
    {
        if ((RefusalOf(grant) ?? DashboardCheck.Of(draft)) is { } refusal)
        {
            return refusal;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant.ProjectId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        var before = DashboardDraft.Of(row.ToDashboard([], false));
        var verb = before.Deleted == draft.Deleted ? ActivityVerb.Updated : draft.Deleted ? ActivityVerb.Deleted : ActivityVerb.Restored;
        row.Apply(draft);
        if (draft.Deleted)
        {
            row.ShareHash = null;
        }
        Touch(row, grant);
        activity.Add(database, Entry(grant, verb, row) with { Before = before, After = draft });
        await database.SaveChangesAsync(cancellationToken);
        return await WholeAsync(database, row, grant.Actor.UserId, cancellationToken);
    }

    /// <summary>Hides it; it can be restored. Its insights stay.</summary>
    public async Task<Outcome<Dashboard>> DeleteAsync(ProjectGrant grant, int id, CancellationToken cancellationToken) =>
        await FindAsync(grant.ProjectId, id, grant.Actor.UserId, cancellationToken) is { } dashboard
            ? await UpdateAsync(grant, id, DashboardDraft.Of(dashboard) with { Deleted = true }, cancellationToken)
            : Gone;

    /// <summary>Makes a copy.</summary>
    /// <param name="copiesInsights">Whether its tiles get insights of their own, or show the same ones.</param>
    public async Task<Outcome<Dashboard>> DuplicateAsync(ProjectGrant grant, int id, bool copiesInsights, CancellationToken cancellationToken)
    {
        if (await FindAsync(grant.ProjectId, id, grant.Actor.UserId, cancellationToken) is not { Deleted: false } dashboard)
        {
            return Gone;
        }
        var tiles = dashboard.Tiles.Where(tile => tile.Kind != TileKind.Insight || tile.Insight is not null)
            .Select(tile => copiesInsights && tile.Insight is { } insight
                ? TileDraft.Of(tile) with { InsightId = null, NewInsight = InsightDraft.Of(insight) with { Favorited = false } }
                : TileDraft.Of(tile));
        return await CreateAsync(
            grant, DashboardDraft.Of(dashboard) with { Name = $"{dashboard.Name} (copy)", Pinned = false }, [.. tiles],
            copiesInsights ? dashboard.Binding : null, cancellationToken);
    }

    /// <summary>Marks it for whoever asks, or takes the mark away. Anybody who may see it may.</summary>
    public async Task<Outcome<bool>> FavoriteAsync(ProjectGrant grant, int id, bool favorited, CancellationToken cancellationToken)
    {
        var user = grant.Actor.UserId;
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant.ProjectId, id, cancellationToken) is null)
        {
            return Gone;
        }
        var mark = await database.Set<FavoriteRow>().SingleOrDefaultAsync(row => row.DashboardId == id && row.UserId == user, cancellationToken);
        if (favorited && mark is null)
        {
            database.Add(new FavoriteRow { DashboardId = id, UserId = user });
        }
        else if (!favorited && mark is not null)
        {
            database.Remove(mark);
        }
        await database.SaveChangesAsync(cancellationToken);
        return favorited;
    }

    /// <summary>Binds it to a template, to another version of it, or to none.</summary>
    public async Task<Outcome<Dashboard>> SetTemplateAsync(ProjectGrant grant, int id, TemplateBinding? binding, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant.ProjectId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        var before = row.Binding is null ? null : DashboardRow.Read<TemplateBinding>(row.Binding);
        row.Binding = binding is null ? null : DashboardRow.Write(binding);
        Touch(row, grant);
        activity.Add(database, Entry(grant, ActivityVerb.Updated, row) with { Before = new { Binding = before }, After = new { Binding = binding } });
        await database.SaveChangesAsync(cancellationToken);
        return await WholeAsync(database, row, grant.Actor.UserId, cancellationToken);
    }

    static Refusal TooMany => Refusal.Invalid("tiles", $"A dashboard has at most {DashboardCheck.MostTiles} tiles.");

    static Refusal? RefusalOf(Grant grant) =>
        grant.Allows(Resource.Dashboard, Level.Write) ? null : Refusal.Denied("You may see dashboards and not change them.");

    static Task<DashboardRow?> RowAsync(PrickleDatabase database, int projectId, int id, CancellationToken cancellationToken) =>
        database.Set<DashboardRow>().SingleOrDefaultAsync(row => row.ProjectId == projectId && row.Id == id, cancellationToken);

    void Touch(DashboardRow row, ProjectGrant grant) => (row.LastModifiedBy, row.LastModifiedAt) = (grant.Actor.Email, time.GetUtcNow());

    static ActivityEntry Entry(ProjectGrant grant, ActivityVerb verb, DashboardRow row) =>
        ActivityEntry.In(grant, verb, Resource.Dashboard, row.Id.ToString(CultureInfo.InvariantCulture), row.Name);

    async Task<Dashboard> WholeAsync(PrickleDatabase database, DashboardRow row, Guid? user, CancellationToken cancellationToken)
    {
        var tiles = await database.Set<TileRow>().AsNoTracking().Where(tile => tile.DashboardId == row.Id).OrderBy(tile => tile.Id).ToListAsync(cancellationToken);
        var shown = await insights.OfAsync(row.ProjectId, [.. tiles.Select(tile => tile.InsightId).OfType<int>().Distinct()], cancellationToken);
        var favorited = await database.Set<FavoriteRow>().AnyAsync(mark => mark.DashboardId == row.Id && mark.UserId == user, cancellationToken);
        return row.ToDashboard(
            [.. tiles.Select(tile => tile.ToTile(tile.InsightId is { } id ? shown.GetValueOrDefault(id) : null))
                .OrderBy(tile => tile.Layouts.Sm.Y).ThenBy(tile => tile.Layouts.Sm.X).ThenBy(tile => tile.Id)],
            favorited);
    }

    static IQueryable<DashboardRow> Matching(IQueryable<DashboardRow> rows, DashboardListFilter filter)
    {
        rows = rows.Where(row => row.Deleted == filter.Deleted);
        if (filter.Search?.Trim().ToLowerInvariant() is { Length: > 0 } search)
        {
            rows = rows.Where(row => row.Name.ToLower().Contains(search) || row.Description.ToLower().Contains(search));
        }
        if (filter.Tag is { Length: > 0 } tag)
        {
            rows = rows.Where(row => row.Tags.Contains(tag));
        }
        return filter.PinnedOnly ? rows.Where(row => row.Pinned) : rows;
    }

    static IQueryable<DashboardRow> Ordered(IQueryable<DashboardRow> rows, string order)
    {
        var pinned = rows.OrderByDescending(row => row.Pinned);
        return order switch
        {
            "-name" => pinned.ThenByDescending(row => row.Name).ThenByDescending(row => row.Id),
            "created_at" => pinned.ThenBy(row => row.Id),
            "-created_at" => pinned.ThenByDescending(row => row.Id),
            "last_modified_at" => pinned.ThenBy(row => row.LastModifiedAt).ThenBy(row => row.Id),
            "-last_modified_at" => pinned.ThenByDescending(row => row.LastModifiedAt).ThenByDescending(row => row.Id),
            _ => pinned.ThenBy(row => row.Name).ThenBy(row => row.Id),
        };
    }
}
