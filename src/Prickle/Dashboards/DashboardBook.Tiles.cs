using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Dashboards.Checking;
using Prickle.Dashboards.Storage;
using Prickle.Insights;
using Prickle.Sql;
using Prickle.Storage;

namespace Prickle.Dashboards;

public sealed partial class DashboardBook
{
    static readonly Refusal TileGone = Refusal.NotFound("Tile not found.");

    /// <summary>Adds tiles, all or none; those without a place stand in the first free one.</summary>
    public async Task<Outcome<Dashboard>> AddTilesAsync(ProjectGrant grant, int id, IReadOnlyList<TileDraft> tiles, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await RowAsync(database, grant.ProjectId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        var added = await AddTilesAsync(database, grant, id, tiles, cancellationToken);
        if (added is Outcome<IReadOnlyList<TileRow>>.Refused { Refusal: var why })
        {
            return why;
        }
        Touch(row, grant);
        activity.Add(database, Entry(grant, ActivityVerb.Updated, row) with { After = new { TilesAdded = tiles.Select(NameOf) } });
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return await WholeAsync(database, row, grant.Actor.UserId, cancellationToken);
    }

    /// <summary>Changes a tile. Its place stays where the draft names none.</summary>
    public Task<Outcome<Dashboard>> UpdateTileAsync(ProjectGrant grant, int id, int tileId, TileDraft draft, CancellationToken cancellationToken) =>
        ChangeTilesAsync(grant, id, async (database, tiles) =>
        {
            if (tiles.Find(tile => tile.Id == tileId) is not { } tile)
            {
                return TileGone;
            }
            var layouts = draft.Layouts ?? DashboardRow.Read<TileLayouts>(tile.Layouts);
            if ((DashboardCheck.Of(draft) ?? DashboardCheck.OfGrid([.. LayoutsOf(tiles.Where(other => other != tile)), layouts])) is { } refusal)
            {
                return refusal;
            }
            if (draft.Kind == TileKind.Insight)
            {
                var found = await InsightOfAsync(database, grant, draft, tile.InsightId, cancellationToken);
                if (found is not Outcome<Func<int>>.Done { Value: var insight })
                {
                    return ((Outcome<Func<int>>.Refused)found).Refusal;
                }
                await database.SaveChangesAsync(cancellationToken);
                tile.InsightId = insight();
            }
            tile.Apply(draft with { TemplateTile = tile.TemplateTile }, layouts);
            return null;
        }, new { TileChanged = NameOf(draft) }, cancellationToken);

    /// <summary>Takes a tile away. Its insight stays among the insights.</summary>
    public Task<Outcome<Dashboard>> RemoveTileAsync(ProjectGrant grant, int id, int tileId, CancellationToken cancellationToken) =>
        ChangeTilesAsync(grant, id, (database, tiles) =>
        {
            if (tiles.Find(tile => tile.Id == tileId) is not { } tile)
            {
                return Task.FromResult<Refusal?>(TileGone);
            }
            database.Remove(tile);
            return Task.FromResult<Refusal?>(null);
        }, new { TileRemoved = tileId }, cancellationToken);

    /// <summary>Puts tiles in other places; those not named stay. Refused where two would overlap.</summary>
    public Task<Outcome<Dashboard>> ArrangeAsync(
        ProjectGrant grant, int id, IReadOnlyDictionary<int, TileLayouts> places, CancellationToken cancellationToken) =>
        ChangeTilesAsync(grant, id, (_, tiles) =>
        {
            foreach (var (tileId, layouts) in places)
            {
                if (tiles.Find(tile => tile.Id == tileId) is not { } tile)
                {
                    return Task.FromResult<Refusal?>(TileGone);
                }
                if (DashboardCheck.OfLayouts(layouts) is { } refusal)
                {
                    return Task.FromResult<Refusal?>(refusal);
                }
                tile.Layouts = DashboardRow.Write(layouts);
            }
            return Task.FromResult(DashboardCheck.OfGrid([.. LayoutsOf(tiles)]));
        }, new { Arranged = places.Count }, cancellationToken);

    /// <summary>What is wrong with a tile by itself; null when nothing is.</summary>
    public static Refusal? Check(TileDraft draft) => DashboardCheck.Of(draft);

    /// <summary>
    /// Gives tiles that came from a template the questions of another mapping: they count as unedited afterwards.
    /// All in one change with the binding, or nothing.
    /// </summary>
    public Task<Outcome<Dashboard>> RemapAsync(
        ProjectGrant grant, int id, TemplateBinding binding, IReadOnlyList<TileQuestion> questions, CancellationToken cancellationToken) =>
        UpgradeAsync(grant, id, binding, questions, [], [], cancellationToken);

    /// <summary>Moves a dashboard to another version of its template: other questions, new tiles, fewer tiles; all or nothing.</summary>
    public Task<Outcome<Dashboard>> UpgradeAsync(
        ProjectGrant grant, int id, TemplateBinding binding, IReadOnlyList<TileQuestion> questions, IReadOnlyList<TileDraft> added,
        IReadOnlyList<int> removed, CancellationToken cancellationToken) =>
        ChangeTilesAsync(grant, id, async (database, tiles) =>
        {
            foreach (var question in questions)
            {
                if (tiles.Find(tile => tile.Id == question.TileId) is not { InsightId: { } insightId } tile)
                {
                    return TileGone;
                }
                var set = await insights.SetQueryAsync(database, grant, insightId, question.Query, cancellationToken);
                if (set is Outcome<bool>.Refused { Refusal: var refusal })
                {
                    return refusal;
                }
                tile.TemplateQuery = question.Query.GetRawText();
            }
            database.RemoveRange(tiles.Where(tile => removed.Contains(tile.Id)));
            var row = await database.Set<DashboardRow>().SingleAsync(one => one.Id == id, cancellationToken);
            row.Binding = DashboardRow.Write(binding);
            await database.SaveChangesAsync(cancellationToken);
            var outcome = await AddTilesAsync(database, grant, id, added, cancellationToken);
            return outcome.Match<Refusal?>(_ => null, why => why);
        }, new { Binding = binding, TilesChanged = questions.Count, TilesAdded = added.Count, TilesRemoved = removed.Count }, cancellationToken);

    async Task<Outcome<Dashboard>> ChangeTilesAsync(
        ProjectGrant grant, int id, Func<PrickleDatabase, List<TileRow>, Task<Refusal?>> change, object after, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } denied)
        {
            return denied;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await RowAsync(database, grant.ProjectId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        var tiles = await database.Set<TileRow>().Where(tile => tile.DashboardId == id).OrderBy(tile => tile.Id).ToListAsync(cancellationToken);
        if (await change(database, tiles) is { } refusal)
        {
            return refusal;
        }
        Touch(row, grant);
        activity.Add(database, Entry(grant, ActivityVerb.Updated, row) with { After = after });
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return await WholeAsync(database, row, grant.Actor.UserId, cancellationToken);
    }

    // The tiles are saved when this returns: insights get their numbers first, then tiles name them.
    async Task<Outcome<IReadOnlyList<TileRow>>> AddTilesAsync(
        PrickleDatabase database, ProjectGrant grant, int dashboardId, IReadOnlyList<TileDraft> drafts, CancellationToken cancellationToken)
    {
        var there = await database.Set<TileRow>().Where(tile => tile.DashboardId == dashboardId).Select(tile => tile.Layouts).ToListAsync(cancellationToken);
        if (there.Count + drafts.Count > DashboardCheck.MostTiles)
        {
            return TooMany;
        }
        var taken = there.ConvertAll(DashboardRow.Read<TileLayouts>);
        taken.AddRange(drafts.Select(draft => draft.Layouts).OfType<TileLayouts>());
        var added = new List<(TileRow Tile, Func<int>? Insight)>();
        foreach (var draft in drafts)
        {
            if (DashboardCheck.Of(draft) is { } wrong)
            {
                return wrong;
            }
            if (draft.Layouts is not { } layouts)
            {
                var (width, height) = TileGrid.SizeOf(draft.Kind);
                layouts = TileGrid.Place(taken, width, height);
                taken.Add(layouts);
            }
            var tile = new TileRow { DashboardId = dashboardId };
            tile.Apply(draft, layouts);
            Func<int>? insight = null;
            if (draft.Kind == TileKind.Insight)
            {
                var found = await InsightOfAsync(database, grant, draft, null, cancellationToken);
                if (found is Outcome<Func<int>>.Refused { Refusal: var refusal })
                {
                    return refusal;
                }
                insight = ((Outcome<Func<int>>.Done)found).Value;
                tile.TemplateQuery = draft.TemplateTile is null ? null : draft.NewInsight?.Query.GetRawText();
            }
            added.Add((tile, insight));
        }
        if (DashboardCheck.OfGrid(taken) is { } overlap)
        {
            return overlap;
        }
        await database.SaveChangesAsync(cancellationToken);
        foreach (var (tile, insight) in added)
        {
            tile.InsightId = insight?.Invoke();
            database.Add(tile);
        }
        await database.SaveChangesAsync(cancellationToken);
        return added.ConvertAll(one => one.Tile);
    }

    /// <param name="shown">The insight that the tile shows already; null for none.</param>
    async Task<Outcome<Func<int>>> InsightOfAsync(PrickleDatabase database, ProjectGrant grant, TileDraft draft, int? shown, CancellationToken cancellationToken)
    {
        if (draft.NewInsight is { } made)
        {
            return insights.Add(database, grant, made).Match<Outcome<Func<int>>>(
                saved => new Outcome<Func<int>>.Done(() => saved().Id), refusal => refusal);
        }
        if (await insights.FindAsync(grant.ProjectId, draft.InsightId ?? "", cancellationToken) is not { Deleted: false } found)
        {
            return Refusal.Invalid("insight_id", "The project has no such insight.");
        }
        // A dashboard may be shared or sent, and its statements run for everybody.
        return found.Id != shown && AnswerSqlQuery.Handles(found.Kind) && !grant.Allows(Resource.Query, Level.Read)
            ? Refusal.Denied("A statement is put on a dashboard by those who may run it.")
            : new Outcome<Func<int>>.Done(() => found.Id);
    }

    static IEnumerable<TileLayouts> LayoutsOf(IEnumerable<TileRow> tiles) => tiles.Select(tile => DashboardRow.Read<TileLayouts>(tile.Layouts));

    static string NameOf(TileDraft draft) => draft.Kind switch
    {
        TileKind.Insight => draft.NewInsight?.Name ?? string.Create(CultureInfo.InvariantCulture, $"insight {draft.InsightId}"),
        TileKind.Text => draft.Body.Length > 80 ? draft.Body[..80] : draft.Body,
        _ => draft.Title,
    };
}
