using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.Insights;
using HttpJson = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Prickle.Dashboards.Api;

/// <summary><c>/api/projects/{project}/dashboards</c>. Their history is in the activity log (scope dashboard, item_id).</summary>
static class DashboardEndpoints
{
    public static void Map(RouteGroupBuilder project)
    {
        var dashboards = project.MapGroup("/dashboards").WithTags("dashboards");
        dashboards.MapGet("", ListAsync).Requires(Resource.Dashboard, Level.Read)
            .WithSummary("Lists dashboards, pinned ones first")
            .WithDescription("Filters: `search`, `tag`, `favorited`, `pinned`, `deleted`. `order` is name, created_at or last_modified_at, with a minus for descending.");
        dashboards.MapPost("", CreateAsync).Requires(Resource.Dashboard, Level.Write).WithSummary("Makes a dashboard, with tiles where the body has some");
        dashboards.MapGet("/{id:int}", FindAsync).Requires(Resource.Dashboard, Level.Read).WithSummary("Gives a dashboard with its tiles");
        dashboards.MapPatch("/{id:int}", UpdateAsync).Requires(Resource.Dashboard, Level.Write).WithSummary("Changes what the body names; deleted: false restores it");
        dashboards.MapDelete("/{id:int}", DeleteAsync).Requires(Resource.Dashboard, Level.Write).WithSummary("Deletes a dashboard; it can be restored, and its insights stay");
        dashboards.MapPost("/{id:int}/duplicate", DuplicateAsync).Requires(Resource.Dashboard, Level.Write)
            .WithSummary("Makes a copy").WithDescription("`copy_insights=false` lets the copy show the same insights; otherwise it gets its own.");
        dashboards.MapPut("/{id:int}/favorite", (int id, ProjectGrant grant, DashboardBook all, CancellationToken stop) => FavoriteAsync(id, true, grant, all, stop))
            .Requires(Resource.Dashboard, Level.Read).WithSummary("Marks a dashboard for whoever asks");
        dashboards.MapDelete("/{id:int}/favorite", (int id, ProjectGrant grant, DashboardBook all, CancellationToken stop) => FavoriteAsync(id, false, grant, all, stop))
            .Requires(Resource.Dashboard, Level.Read).WithSummary("Takes the mark away");
        dashboards.MapPost("/{id:int}/tiles", AddTilesAsync).Requires(Resource.Dashboard, Level.Write).WithSummary("Adds tiles, all or none");
        dashboards.MapPatch("/{id:int}/tiles/{tile:int}", UpdateTileAsync).Requires(Resource.Dashboard, Level.Write).WithSummary("Changes what the body names of a tile");
        dashboards.MapDelete("/{id:int}/tiles/{tile:int}", RemoveTileAsync).Requires(Resource.Dashboard, Level.Write).WithSummary("Takes a tile away; its insight stays");
        dashboards.MapPut("/{id:int}/layouts", ArrangeAsync).Requires(Resource.Dashboard, Level.Write)
            .WithSummary("Puts tiles in other places").WithDescription("The body maps ids of tiles to `{sm: {x, y, w, h}, xs: {x, y, w, h}}`; places must not overlap.");
        dashboards.MapPost("/{id:int}/tiles/{tile:int}/answer", AnswerAsync).Requires(Resource.Dashboard, Level.Read)
            .WithSummary("Gives a tile's answer, with the filters of the dashboard or those of the body laid over it")
            .WithDescription("`refresh` is blocking (the default), force_blocking or force_cache.");
        DashboardExports.Map(dashboards);
    }

    static async Task<Ok<ApiPage<DashboardSummary>>> ListAsync(
        ProjectGrant grant, DashboardBook dashboards, Paging paging, HttpRequest request, string? search, string? tag, bool? favorited, bool? pinned,
        bool? deleted, string? order, CancellationToken cancellationToken)
    {
        var list = await dashboards.ListAsync(
            grant.ProjectId, grant.Actor.UserId,
            new DashboardListFilter
            {
                Search = search,
                Tag = tag,
                FavoritesOnly = favorited == true,
                PinnedOnly = pinned == true,
                Deleted = deleted == true,
                Order = order ?? "name",
            },
            paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Page(request, list.Count, list.Dashboards));
    }

    static async Task<Results<Created<Dashboard>, ProblemHttpResult>> CreateAsync(
        NewDashboard body, ProjectGrant grant, DashboardBook dashboards, CancellationToken cancellationToken) =>
        Made(grant, await dashboards.CreateAsync(grant, body.Draft, body.Tiles, null, cancellationToken));

    static async Task<Results<Ok<Dashboard>, ProblemHttpResult>> FindAsync(int id, ProjectGrant grant, DashboardBook dashboards, CancellationToken cancellationToken) =>
        await dashboards.FindAsync(grant.ProjectId, id, grant.Actor.UserId, cancellationToken) is { } found ? TypedResults.Ok(found) : NotFound;

    static async Task<Results<Ok<Dashboard>, ProblemHttpResult>> UpdateAsync(
        int id, JsonObject patch, ProjectGrant grant, DashboardBook dashboards, IOptions<HttpJson> json, CancellationToken cancellationToken)
    {
        if (await dashboards.FindAsync(grant.ProjectId, id, grant.Actor.UserId, cancellationToken) is not { } current)
        {
            return NotFound;
        }
        return MergePatch.TryApply(DashboardDraft.Of(current), patch, json.Value.SerializerOptions, out var draft, out var attribute)
            ? Changed(await dashboards.UpdateAsync(grant, id, draft, cancellationToken))
            : ApiProblem.Invalid(attribute, "The value does not have the expected form.");
    }

    static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(int id, ProjectGrant grant, DashboardBook dashboards, CancellationToken cancellationToken) =>
        (await dashboards.DeleteAsync(grant, id, cancellationToken)).Match<Results<NoContent, ProblemHttpResult>>(
            _ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));

    static async Task<Results<Created<Dashboard>, ProblemHttpResult>> DuplicateAsync(
        int id, ProjectGrant grant, DashboardBook dashboards, CancellationToken cancellationToken, [FromQuery(Name = "copy_insights")] bool copiesInsights = true) =>
        Made(grant, await dashboards.DuplicateAsync(grant, id, copiesInsights, cancellationToken));

    static async Task<Results<NoContent, ProblemHttpResult>> FavoriteAsync(
        int id, bool favorited, ProjectGrant grant, DashboardBook dashboards, CancellationToken cancellationToken) =>
        (await dashboards.FavoriteAsync(grant, id, favorited, cancellationToken)).Match<Results<NoContent, ProblemHttpResult>>(
            _ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));

    static async Task<Results<Ok<Dashboard>, ProblemHttpResult>> AddTilesAsync(
        int id, IReadOnlyList<TileDraft> tiles, ProjectGrant grant, DashboardBook dashboards, CancellationToken cancellationToken) =>
        Changed(await dashboards.AddTilesAsync(grant, id, tiles, cancellationToken));

    static async Task<Results<Ok<Dashboard>, ProblemHttpResult>> UpdateTileAsync(
        int id, int tile, JsonObject patch, ProjectGrant grant, DashboardBook dashboards, IOptions<HttpJson> json, CancellationToken cancellationToken)
    {
        if (await TileAsync(id, tile, grant, dashboards, cancellationToken) is not var (_, current))
        {
            return NotFound;
        }
        return MergePatch.TryApply(TileDraft.Of(current), patch, json.Value.SerializerOptions, out var draft, out var attribute)
            ? Changed(await dashboards.UpdateTileAsync(grant, id, tile, draft, cancellationToken))
            : ApiProblem.Invalid(attribute, "The value does not have the expected form.");
    }

    static async Task<Results<Ok<Dashboard>, ProblemHttpResult>> RemoveTileAsync(
        int id, int tile, ProjectGrant grant, DashboardBook dashboards, CancellationToken cancellationToken) =>
        Changed(await dashboards.RemoveTileAsync(grant, id, tile, cancellationToken));

    static async Task<Results<Ok<Dashboard>, ProblemHttpResult>> ArrangeAsync(
        int id, Dictionary<int, TileLayouts> places, ProjectGrant grant, DashboardBook dashboards, CancellationToken cancellationToken) =>
        Changed(await dashboards.ArrangeAsync(grant, id, places, cancellationToken));

    static async Task<Results<Ok<QueryReply>, ProblemHttpResult>> AnswerAsync(
        int id, int tile, TileQuestionBody? body, ProjectGrant grant, DashboardBook dashboards, DashboardAnswers answers, CancellationToken cancellationToken)
    {
        if (await TileAsync(id, tile, grant, dashboards, cancellationToken) is not var (dashboard, current))
        {
            return NotFound;
        }
        Refresh? refresh = body?.Refresh switch
        {
            null or "blocking" => Refresh.BlockingIfStale,
            "force_blocking" => Refresh.Force,
            "force_cache" => Refresh.CacheOnly,
            _ => null,
        };
        if (refresh is not { } how)
        {
            return ApiProblem.Invalid("refresh", "Refresh is blocking, force_blocking or force_cache.");
        }
        return (await answers.AskAsync(grant.Project, id, current, body?.Filters ?? dashboard.Filters, how, cancellationToken))
            .Match<Results<Ok<QueryReply>, ProblemHttpResult>>(answer => TypedResults.Ok(QueryReply.Of(answer)), refusal => ApiProblem.From(refusal));
    }

    static async Task<(Dashboard Dashboard, DashboardTile Tile)?> TileAsync(
        int id, int tile, ProjectGrant grant, DashboardBook dashboards, CancellationToken cancellationToken) =>
        await dashboards.FindAsync(grant.ProjectId, id, grant.Actor.UserId, cancellationToken) is { } dashboard
        && dashboard.Tiles.FirstOrDefault(one => one.Id == tile) is { } found
            ? (dashboard, found)
            : null;

    static Results<Ok<Dashboard>, ProblemHttpResult> Changed(Outcome<Dashboard> outcome) => outcome.Match<Results<Ok<Dashboard>, ProblemHttpResult>>(
        changed => TypedResults.Ok(changed), refusal => ApiProblem.From(refusal));

    static Results<Created<Dashboard>, ProblemHttpResult> Made(ProjectGrant grant, Outcome<Dashboard> outcome) =>
        outcome.Match<Results<Created<Dashboard>, ProblemHttpResult>>(
            made => TypedResults.Created($"/api/projects/{grant.ProjectId}/dashboards/{made.Id}", made), refusal => ApiProblem.From(refusal));

    static ProblemHttpResult NotFound => ApiProblem.NotFound("Dashboard not found.");
}

/// <summary>A dashboard to be made, and its tiles.</summary>
public sealed record NewDashboard
{
    public string Name { get; init; } = "";
    public string Description { get; init; } = "";
    public IReadOnlyList<string> Tags { get; init; } = [];
    public bool Pinned { get; init; }
    public DashboardFilters Filters { get; init; } = new();
    public IReadOnlyList<FilterSet> FilterSets { get; init; } = [];
    public int? RefreshIntervalSeconds { get; init; }
    public IReadOnlyList<TileDraft> Tiles { get; init; } = [];

    internal DashboardDraft Draft => new()
    {
        Name = Name,
        Description = Description,
        Tags = Tags,
        Pinned = Pinned,
        Filters = Filters,
        FilterSets = FilterSets,
        RefreshIntervalSeconds = RefreshIntervalSeconds,
    };
}

/// <summary>How a tile's answer is asked for.</summary>
/// <param name="Filters">In place of the dashboard's own; null for those.</param>
public sealed record TileQuestionBody(string? Refresh = null, DashboardFilters? Filters = null);
