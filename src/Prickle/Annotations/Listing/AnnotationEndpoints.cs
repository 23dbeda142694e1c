using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Prickle.Accounts;
using Prickle.Api;
using HttpJson = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Prickle.Annotations.Listing;

/// <summary><c>/api/projects/{project}/annotations</c>.</summary>
static class AnnotationEndpoints
{
    public static void Map(RouteGroupBuilder project)
    {
        var annotations = project.MapGroup("/annotations").WithTags("annotations");
        annotations.MapGet("", ListAsync).Requires(Resource.Annotation, Level.Read)
            .WithSummary("Lists annotations, newest moment first").WithDescription("`date_from` and `date_to` (ISO 8601) give those of a period, in time; `dashboard_id` those kept to a dashboard.");
        annotations.MapPost("", CreateAsync).Requires(Resource.Annotation, Level.Write).WithSummary("Makes an annotation");
        annotations.MapGet("/{id:int}", FindAsync).Requires(Resource.Annotation, Level.Read).WithSummary("Gives an annotation");
        annotations.MapPatch("/{id:int}", UpdateAsync).Requires(Resource.Annotation, Level.Write).WithSummary("Changes what the body names");
        annotations.MapDelete("/{id:int}", DeleteAsync).Requires(Resource.Annotation, Level.Write).WithSummary("Deletes an annotation");
    }

    static async Task<ApiPage<Annotation>> ListAsync(
        ProjectGrant grant, Paging paging, HttpRequest request, AnnotationBook annotations, CancellationToken cancellationToken, [FromQuery] string? search = null,
        [FromQuery(Name = "date_from")] DateTimeOffset? from = null, [FromQuery(Name = "date_to")] DateTimeOffset? to = null, [FromQuery(Name = "dashboard_id")] int? dashboardId = null)
    {
        var filter = new AnnotationListFilter { Search = search ?? "", DashboardId = dashboardId, From = from, To = to, OldestFirst = from is not null || to is not null };
        var (count, found) = await annotations.ListAsync(grant, filter, paging.Limit, paging.Offset, cancellationToken);
        return paging.Page(request, count, found);
    }

    static async Task<Results<Created<Annotation>, ProblemHttpResult>> CreateAsync(
        ProjectGrant grant, AnnotationSettings settings, AnnotationBook annotations, CancellationToken cancellationToken) =>
        (await annotations.CreateAsync(grant, settings, cancellationToken)).Match<Results<Created<Annotation>, ProblemHttpResult>>(
            made => TypedResults.Created($"/api/projects/{grant.ProjectId}/annotations/{made.Id}", made), refusal => ApiProblem.From(refusal));

    static async Task<Results<Ok<Annotation>, ProblemHttpResult>> FindAsync(
        ProjectGrant grant, int id, AnnotationBook annotations, CancellationToken cancellationToken) =>
        await annotations.FindAsync(grant, id, cancellationToken) is { } found ? TypedResults.Ok(found) : NotFound;

    static async Task<Results<Ok<Annotation>, ProblemHttpResult>> UpdateAsync(
        ProjectGrant grant, int id, JsonObject patch, AnnotationBook annotations, IOptions<HttpJson> json, CancellationToken cancellationToken)
    {
        if (await annotations.FindAsync(grant, id, cancellationToken) is not { } current)
        {
            return NotFound;
        }
        if (patch.ContainsKey("scope") && !patch.ContainsKey("dashboard_id"))
        {
            // Whoever only widens it lets go of its dashboard; the scope dashboard then lacks one, and says so.
            patch["dashboard_id"] = null;
        }
        return MergePatch.TryApply(AnnotationSettings.Of(current), patch, json.Value.SerializerOptions, out var settings, out var attribute)
            ? (await annotations.UpdateAsync(grant, id, settings, cancellationToken)).Match<Results<Ok<Annotation>, ProblemHttpResult>>(
                changed => TypedResults.Ok(changed), refusal => ApiProblem.From(refusal))
            : ApiProblem.Invalid(attribute, "The value does not have the expected form.");
    }

    static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        ProjectGrant grant, int id, AnnotationBook annotations, CancellationToken cancellationToken) =>
        (await annotations.DeleteAsync(grant, id, cancellationToken)).Match<Results<NoContent, ProblemHttpResult>>(
            _ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));

    static ProblemHttpResult NotFound => ApiProblem.NotFound("Annotation not found.");
}
