using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.Insights;

namespace Prickle.Dashboards.Sharing;

/// <summary>
/// The dashboard behind a link, without any credentials, and the link itself for those who may change the dashboard. How
/// answers were computed is left out for strangers: it names people's data.
/// </summary>
static class SharedDashboardEndpoints
{
    const string PasswordHeader = "X-Share-Password";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        const string shared = "/api/shared/dashboards/{token}";
        endpoints.MapGet(shared, FindAsync).WithTags("dashboards").WithSummary("Gives a shared dashboard")
            .WithDescription($"Where the link has a password, the header `{PasswordHeader}` must hold it; otherwise 401.");
        endpoints.MapGet($"{shared}/tiles/{{tile:int}}", AnswerAsync).WithTags("dashboards").WithSummary("Gives the answer of an insight tile of a shared dashboard");
    }

    public static void MapLinks(RouteGroupBuilder project)
    {
        var link = project.MapGroup("/dashboards/{id:int}/share").WithTags("dashboards");
        link.MapGet("", LinkAsync).Requires(Resource.Dashboard, Level.Read).WithSummary("Says whether a dashboard has a link, a password and an end");
        link.MapPost("", ShareAsync).Requires(Resource.Dashboard, Level.Write).WithSummary("Makes a link for anybody, given this once; the one before stops");
        link.MapPatch("", UpdateAsync).Requires(Resource.Dashboard, Level.Write).WithSummary("Gives the link another password or another end")
            .WithDescription("A `password` of null stays as it is and \"\" takes it away; `expires_at` is set as given, null for never.");
        link.MapDelete("", StopAsync).Requires(Resource.Dashboard, Level.Write).WithSummary("Stops the link");
    }

    static async Task<IResult> FindAsync(
        string token, SharedDashboards shared, CancellationToken cancellationToken, [FromHeader(Name = PasswordHeader)] string? password = null) =>
        (await shared.OpenAsync(token, password, cancellationToken)).Match<IResult>(found => TypedResults.Ok(SharedDashboardReply.Of(found)), Refused);

    static async Task<IResult> AnswerAsync(
        string token, int tile, SharedDashboards shared, CancellationToken cancellationToken, [FromHeader(Name = PasswordHeader)] string? password = null) =>
        (await shared.AnswerAsync(token, password, tile, cancellationToken)).Match<IResult>(
            found => TypedResults.Ok(new SharedTileReply(
                found.Name, JsonSerializer.SerializeToElement(found.Answer.Result, InsightJson.Options), found.Answer.ComputedAt, found.Answer.TimeZone)),
            Refused);

    static async Task<IResult> LinkAsync(int id, ProjectGrant grant, DashboardSharing sharing, CancellationToken cancellationToken) =>
        Known(await sharing.FindAsync(grant, id, cancellationToken));

    static async Task<IResult> ShareAsync(int id, DashboardLinkDraft? body, ProjectGrant grant, DashboardSharing sharing, CancellationToken cancellationToken) =>
        (await sharing.ShareAsync(grant, id, body ?? new DashboardLinkDraft(), cancellationToken)).Match<IResult>(
            token => TypedResults.Ok(new DashboardShareReply(token, $"/shared/dashboard/{token}")), refusal => ApiProblem.From(refusal));

    static async Task<IResult> UpdateAsync(int id, DashboardLinkDraft body, ProjectGrant grant, DashboardSharing sharing, CancellationToken cancellationToken) =>
        Known(await sharing.UpdateAsync(grant, id, body, cancellationToken));

    static async Task<IResult> StopAsync(int id, ProjectGrant grant, DashboardSharing sharing, CancellationToken cancellationToken) =>
        (await sharing.StopAsync(grant, id, cancellationToken)).Match<IResult>(_ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));

    static IResult Known(Outcome<DashboardLink> outcome) => outcome.Match<IResult>(link => TypedResults.Ok(link), refusal => ApiProblem.From(refusal));

    static IResult Refused(Refusal refusal) =>
        refusal.Reason == RefusalReason.WrongPassword ? ApiProblem.NotAuthenticated(refusal.Detail, "wrong_password") : ApiProblem.From(refusal);
}

/// <summary>A link that was just made.</summary>
public sealed record DashboardShareReply(string Token, string Path);

/// <summary>A shared dashboard: what is on it, and not what its tiles ask.</summary>
public sealed record SharedDashboardReply(string Name, string Description, int? RefreshIntervalSeconds, IReadOnlyList<SharedTile> Tiles)
{
    internal static SharedDashboardReply Of(SharedDashboard shared) => new(
        shared.Dashboard.Name, shared.Dashboard.Description, shared.Dashboard.RefreshIntervalSeconds,
        [.. shared.Dashboard.Tiles.Select(tile => new SharedTile(tile.Id, tile.Kind, tile.NameAmong(shared.Names), tile.Body, tile.Url, tile.Color, tile.Layouts))]);
}

/// <summary>A tile of a shared dashboard.</summary>
public sealed record SharedTile(int Id, TileKind Kind, string Name, string Body, string Url, string Color, TileLayouts Layouts);

/// <summary>The answer of a tile of a shared dashboard.</summary>
public sealed record SharedTileReply(string Name, JsonElement Result, DateTimeOffset LastRefresh, string Timezone);
