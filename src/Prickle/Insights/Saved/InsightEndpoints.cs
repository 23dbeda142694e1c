using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.Sql;

namespace Prickle.Insights.Saved;

/// <summary>Saved insights over HTTP. Their history is in the activity log (scope insight, item_id).</summary>
static class InsightEndpoints
{
    public static void Map(RouteGroupBuilder project)
    {
        var insights = project.MapGroup("/insights").WithTags("Insights");
        insights.MapGet("", ListAsync).Requires(Resource.Insight, Level.Read)
            .WithSummary("Lists saved insights")
            .WithDescription("Filters: `search`, `kind`, `favorited`, `mine`, `tag`, `deleted`, `short_id`. `order` is name, created_at or last_modified_at, with a minus for descending.");
        insights.MapPost("", CreateAsync).Requires(Resource.Insight, Level.Write).WithSummary("Saves an insight");
        insights.MapGet("/{id}", FindAsync).Requires(Resource.Insight, Level.Read).WithSummary("Gives an insight by its short id or number");
        insights.MapPatch("/{id}", UpdateAsync).Requires(Resource.Insight, Level.Write).WithSummary("Changes an insight; deleted: false restores it");
        insights.MapDelete("/{id}", DeleteAsync).Requires(Resource.Insight, Level.Write).WithSummary("Deletes an insight; it can be restored");
        insights.MapPost("/{id}/duplicate", DuplicateAsync).Requires(Resource.Insight, Level.Write).WithSummary("Makes a copy");
        insights.MapGet("/{id}/used_by", UsesAsync).Requires(Resource.Insight, Level.Read).WithSummary("Says where it is used");
        insights.MapPost("/{id}/share", ShareAsync).Requires(Resource.Insight, Level.Write).WithSummary("Makes a link for anybody, given this once; the one before stops");
        insights.MapDelete("/{id}/share", UnshareAsync).Requires(Resource.Insight, Level.Write).WithSummary("Stops the link");
        insights.MapGet("/{id}/export", ExportAsync).Requires(Resource.Insight, Level.Read).WithSummary("Gives its answer as csv or json (format)");
        insights.MapGet("/{id}/export.png", PictureAsync).Requires(Resource.Insight, Level.Read)
            .WithSummary("Gives its answer as a picture, drawn by the server")
            .WithDescription("`width` is 320 to 1600 CSS pixels (800); the picture is twice as dense.");
    }

    static async Task<Ok<ApiPage<SavedInsight>>> ListAsync(
        ProjectGrant grant, SavedInsights insights, Paging paging, HttpRequest request, string? search, string? kind, bool? favorited, bool? mine,
        string? tag, bool? deleted, string? order, CancellationToken cancellationToken)
    {
        var list = await insights.ListAsync(
            grant.ProjectId,
            new InsightListFilter
            {
                Search = search,
                Kind = kind,
                FavoritesOnly = favorited == true,
                CreatedBy = mine == true ? grant.Actor.UserId : null,
                Tag = tag,
                Deleted = deleted == true,
                Order = order ?? "-last_modified_at",
            },
            paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Page(request, list.Count, list.Insights));
    }

    static async Task<IResult> CreateAsync(InsightDraft draft, ProjectGrant grant, SavedInsights insights, CancellationToken cancellationToken) =>
        Created(grant, await insights.CreateAsync(grant, draft, cancellationToken));

    static async Task<IResult> FindAsync(string id, ProjectGrant grant, SavedInsights insights, CancellationToken cancellationToken) =>
        await insights.FindAsync(grant.ProjectId, id, cancellationToken) is { } insight ? TypedResults.Ok(insight) : ApiProblem.NotFound("Insight not found.");

    static async Task<IResult> UpdateAsync(
        string id, JsonObject patch, ProjectGrant grant, SavedInsights insights, IOptions<JsonOptions> json, CancellationToken cancellationToken)
    {
        if (await insights.FindAsync(grant.ProjectId, id, cancellationToken) is not { } insight)
        {
            return ApiProblem.NotFound("Insight not found.");
        }
        return MergePatch.TryApply(InsightDraft.Of(insight), patch, json.Value.SerializerOptions, out var draft, out var attribute)
            ? (await insights.UpdateAsync(grant, id, draft, cancellationToken)).Match<IResult>(changed => TypedResults.Ok(changed), refusal => ApiProblem.From(refusal))
            : ApiProblem.Invalid(attribute, "The value has the wrong type.");
    }

    static async Task<IResult> DeleteAsync(string id, ProjectGrant grant, SavedInsights insights, CancellationToken cancellationToken) =>
        (await insights.DeleteAsync(grant, id, cancellationToken)).Match<IResult>(_ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));

    static async Task<IResult> DuplicateAsync(string id, ProjectGrant grant, SavedInsights insights, CancellationToken cancellationToken) =>
        Created(grant, await insights.DuplicateAsync(grant, id, cancellationToken));

    static async Task<IResult> UsesAsync(string id, ProjectGrant grant, SavedInsights insights, CancellationToken cancellationToken) =>
        await insights.FindAsync(grant.ProjectId, id, cancellationToken) is { } insight
            ? TypedResults.Ok(await insights.UsesAsync(grant.ProjectId, insight.Id, cancellationToken))
            : ApiProblem.NotFound("Insight not found.");

    static async Task<IResult> ShareAsync(string id, ProjectGrant grant, SavedInsights insights, CancellationToken cancellationToken) =>
        (await insights.ShareAsync(grant, id, cancellationToken)).Match<IResult>(
            token => TypedResults.Ok(new ShareReply(token, $"/shared/insight/{token}")), refusal => ApiProblem.From(refusal));

    static async Task<IResult> UnshareAsync(string id, ProjectGrant grant, SavedInsights insights, CancellationToken cancellationToken) =>
        (await insights.UnshareAsync(grant, id, cancellationToken)).Match<IResult>(_ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));

    static async Task<IResult> ExportAsync(
        string id, ProjectGrant grant, SavedInsights insights, IInsightQueries queries, SqlExport sql, HttpContext context, string? format, bool? confirm,
        CancellationToken cancellationToken)
    {
        if (await insights.FindAsync(grant.ProjectId, id, cancellationToken) is not { } insight)
        {
            return ApiProblem.NotFound("Insight not found.");
        }
        using var noted = new AskedFor(insight.ShortId).Note();
        if ((format ?? "csv") is not ("csv" or "json"))
        {
            return ApiProblem.Invalid("format", "The format is csv or json.");
        }
        if (AnswerSqlQuery.Handles(insight.Kind))
        {
            return grant.Allows(Resource.Query, Level.Read)
                ? await sql.SendAsync(grant, insight.Query, format ?? "csv", confirm == true, insight.ShortId, context, cancellationToken)
                : ApiProblem.From(Refusal.Denied("SQL may be run by those who may query."));
        }
        if (InsightJson.Read(insight.Query, out var why) is not { } query)
        {
            return ApiProblem.Invalid("query", why);
        }
        return (await queries.AskAsync(grant.Project, query, Refresh.BlockingIfStale, cancellationToken)).Match<IResult>(
            answer => format == "json"
                ? TypedResults.Bytes(JsonSerializer.SerializeToUtf8Bytes(answer.Result, InsightJson.Options), "application/json", $"{insight.ShortId}.json")
                : TypedResults.Bytes(Encoding.UTF8.GetBytes(AnswerTable.Of(answer.Result).ToCsv()), "text/csv; charset=utf-8", $"{insight.ShortId}.csv"),
            refusal => ApiProblem.From(refusal));
    }

    static async Task<IResult> PictureAsync(
        string id, ProjectGrant grant, SavedInsights insights, InsightPictures pictures, PictureExports exports, HttpContext context,
        CancellationToken cancellationToken, int width = 800)
    {
        if (await insights.FindAsync(grant.ProjectId, id, cancellationToken) is not { Deleted: false } insight)
        {
            return ApiProblem.NotFound("Insight not found.");
        }
        return width is < 320 or > 1600
            ? ApiProblem.Invalid("width", "The width is 320 to 1600.")
            : await exports.SendAsync(grant.ProjectId, $"{insight.ShortId}.png", "image/png", context, stop => pictures.PngAsync(grant, insight, width, stop), cancellationToken);
    }

    static IResult Created(ProjectGrant grant, Outcome<SavedInsight> outcome) => outcome.Match<IResult>(
        insight => TypedResults.Created($"/api/projects/{grant.ProjectId}/insights/{insight.ShortId}", insight), refusal => ApiProblem.From(refusal));
}

/// <summary>A new link: its secret, and the page it opens.</summary>
public sealed record ShareReply(string Token, string Path);
