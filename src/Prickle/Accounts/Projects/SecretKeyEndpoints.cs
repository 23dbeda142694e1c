using Microsoft.AspNetCore.Http.HttpResults;
using Prickle.Api;

namespace Prickle.Accounts.Projects;

/// <summary>A project's secret keys in the API.</summary>
static class SecretKeyEndpoints
{
    public static void MapSecretKeys(this IEndpointRouteBuilder endpoints)
    {
        var keys = endpoints.MapProjectApi().MapGroup("secret_keys").WithTags("projects");
        keys.MapGet("", ListAsync).WithSummary("List a project's secret keys; for those who may change it").Requires(Resource.Project, Level.Read);
        keys.MapPost("", CreateAsync).WithSummary("Make a secret key; its value is shown once").Requires(Resource.Project, Level.Write)
            .WithDescription("A project has two at most: the one in use, and the one that replaces it.");
        keys.MapDelete("{id:guid}", DeleteAsync).WithSummary("Remove a secret key; it stops at once").Requires(Resource.Project, Level.Write);
    }

    static async Task<Results<Ok<ApiPage<ProjectSecretKey>>, ProblemHttpResult>> ListAsync(
        ProjectGrant grant, ProjectSecretKeys keys, Paging paging, HttpRequest request, CancellationToken cancellationToken) =>
        (await keys.ListAsync(grant, cancellationToken)).Match<Results<Ok<ApiPage<ProjectSecretKey>>, ProblemHttpResult>>(
            all => TypedResults.Ok(paging.PageOf(request, all)), refusal => ApiProblem.From(refusal));

    static async Task<Results<Created<IssuedSecretKeyReply>, ProblemHttpResult>> CreateAsync(
        ProjectGrant grant, ProjectSecretKeys keys, CancellationToken cancellationToken) =>
        (await keys.CreateAsync(grant, cancellationToken)).Match<Results<Created<IssuedSecretKeyReply>, ProblemHttpResult>>(
            issued => TypedResults.Created(
                $"/api/projects/{grant.ProjectId}/secret_keys/{issued.Key.Id}",
                new IssuedSecretKeyReply(issued.Key.Id, issued.Value, issued.Key.Prefix, issued.Key.CreatedBy, issued.Key.CreatedAt)),
            refusal => ApiProblem.From(refusal));

    static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        ProjectGrant grant, Guid id, ProjectSecretKeys keys, CancellationToken cancellationToken) =>
        (await keys.DeleteAsync(grant, id, cancellationToken)).Match<Results<NoContent, ProblemHttpResult>>(
            _ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));
}

/// <summary>A new key in the API's reply, with its value this once.</summary>
public sealed record IssuedSecretKeyReply(Guid Id, string Value, string Prefix, string CreatedBy, DateTimeOffset CreatedAt);
