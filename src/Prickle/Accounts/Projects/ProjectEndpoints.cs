using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Prickle.Api;

namespace Prickle.Accounts.Projects;

/// <summary>Projects in the API.</summary>
static class ProjectEndpoints
{
    public static void MapProjects(this IEndpointRouteBuilder endpoints)
    {
        var all = endpoints.MapAccountApi().WithTags("projects");
        all.MapGet("projects", ListAsync).WithSummary("List the projects that you can see").Requires(Resource.Project, Level.Read);
        all.MapPost("projects", CreateAsync).WithSummary("Make a project").Requires(Resource.Project, Level.Write);

        var one = endpoints.MapProjectApi().WithTags("projects");
        one.MapGet("", Get).WithSummary("Get a project").Requires(Resource.Project, Level.Read);
        one.MapPatch("", UpdateAsync).WithSummary("Change a project's settings").Requires(Resource.Project, Level.Write);
        one.MapDelete("", DeleteAsync).WithSummary("Delete a project and everything in it").Requires(Resource.Project, Level.Write);
        one.MapPost("reset_token", RotateTokenAsync).WithSummary("Give a project a new token; the old one stops").Requires(Resource.Project, Level.Write);
    }

    static async Task<Ok<ApiPage<ProjectReply>>> ListAsync(
        Actor actor, ProjectAccess access, Paging paging, HttpRequest request, string? search, CancellationToken cancellationToken)
    {
        var grants = await access.ListAsync(actor, cancellationToken);
        var found = grants.Where(grant =>
            string.IsNullOrEmpty(search) || grant.Project.Name.Contains(search, StringComparison.OrdinalIgnoreCase));
        return TypedResults.Ok(paging.PageOf(request, [.. found.Select(grant => ProjectReply.Of(grant.Project))]));
    }

    static async Task<Results<Created<ProjectReply>, ProblemHttpResult>> CreateAsync(
        NewProject draft, Actor actor, ProjectAccess access, ProjectAdministration projects, CancellationToken cancellationToken)
    {
        var organization = draft.OrganizationId is { } id ? $"{id}" : ProjectAccess.Current;
        if (await access.FindOrganizationAsync(actor, organization, cancellationToken) is not { } grant)
        {
            return ApiProblem.NotFound("Organization not found.");
        }
        var outcome = await projects.CreateAsync(grant, draft.ToSettings(), cancellationToken);
        return outcome.Match<Results<Created<ProjectReply>, ProblemHttpResult>>(
            project => TypedResults.Created($"/api/projects/{project.Id}", ProjectReply.Of(project)), refusal => ApiProblem.From(refusal));
    }

    static Ok<ProjectReply> Get(ProjectGrant grant) => TypedResults.Ok(ProjectReply.Of(grant.Project));

    static async Task<Results<Ok<ProjectReply>, ProblemHttpResult>> UpdateAsync(
        JsonObject patch, ProjectGrant grant, ProjectAdministration projects, IOptions<JsonOptions> json,
        CancellationToken cancellationToken) =>
        MergePatch.TryApply(
            ProjectSettings.Of(grant.Project), patch, json.Value.SerializerOptions, out var settings, out var attribute)
            ? ReplyTo(await projects.UpdateAsync(grant, settings, cancellationToken))
            : ApiProblem.Invalid(attribute, "The value has the wrong type.");

    static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        ProjectGrant grant, ProjectAdministration projects, CancellationToken cancellationToken)
    {
        var outcome = await projects.DeleteAsync(grant, cancellationToken);
        return outcome.Match<Results<NoContent, ProblemHttpResult>>(
            _ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));
    }

    static async Task<Results<Ok<ProjectReply>, ProblemHttpResult>> RotateTokenAsync(
        ProjectGrant grant, ProjectAdministration projects, CancellationToken cancellationToken) =>
        ReplyTo(await projects.RotateTokenAsync(grant, cancellationToken));

    static Results<Ok<ProjectReply>, ProblemHttpResult> ReplyTo(Outcome<Project> outcome) =>
        outcome.Match<Results<Ok<ProjectReply>, ProblemHttpResult>>(
            project => TypedResults.Ok(ProjectReply.Of(project)), refusal => ApiProblem.From(refusal));
}
