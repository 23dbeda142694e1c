using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Prickle.Accounts;

namespace Prickle.Api;

/// <summary>
/// Stands before every API endpoint: who asks, how often, for which project, and may they. It is a middleware and not an
/// endpoint filter because filters run after the body was read, and a stranger's body is not worth reading.
/// </summary>
sealed class ApiGate(RequestDelegate next, ApiBudget budget, ProjectDirectory projects, ProjectAccess access, IAntiforgery antiforgery)
{
    public const string AntiforgeryHeader = "X-CSRFToken";

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<ApiEndpoint>() is not { } api)
        {
            await next(context);
            return;
        }
        var requirement = endpoint.Metadata.GetMetadata<ApiRequirement>()
            ?? throw new InvalidOperationException($"{endpoint.DisplayName} does not say what it requires.");
        if (await RefuseAsync(context, endpoint, api.Target, requirement) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }
        await next(context);
    }

    async Task<ProblemHttpResult?> RefuseAsync(HttpContext context, Endpoint endpoint, ApiTarget target, ApiRequirement requirement)
    {
        if (Actor.From(context.User) is not { } actor)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return await NotAuthenticatedAsync(context);
        }
        // What every server asks each half minute is no part of it: ten servers with one key would use it up.
        if (endpoint.Metadata.GetMetadata<PolledEndpoint>() is null && budget.TryTake((actor.Key?.Id ?? actor.UserId).ToString()) is { } wait)
        {
            context.Response.Headers.RetryAfter = ApiProblem.RetryAfterSeconds(wait).ToString(CultureInfo.InvariantCulture);
            return ApiProblem.TooMany(wait);
        }
        // A browser sends the cookie along with a request that another site made; it never adds a key by itself.
        if (actor.Key is null && !IsSafe(context.Request.Method) && !await antiforgery.IsRequestValidAsync(context))
        {
            return ApiProblem.Forbidden(
                $"The header {AntiforgeryHeader} is missing or stale: GET /api/csrf_token gives a new one.", "csrf_failed");
        }
        return target switch
        {
            ApiTarget.Project => await RefuseProjectAsync(context, actor, requirement),
            ApiTarget.Organization => await RefuseOrganizationAsync(context, actor, requirement),
            _ => actor.Key?.Scopes.LevelOf(requirement.Resource) < requirement.Level
                ? ApiProblem.Forbidden(Permission.ScopeMissing, null, requirement.Resource, requirement.Level)
                : null,
        };
    }

    async Task<ProblemHttpResult?> RefuseProjectAsync(HttpContext context, Actor actor, ApiRequirement requirement)
    {
        var name = (string?)context.GetRouteValue("project") ?? "";
        var grant = name == ProjectAccess.Current && await ProjectOfTokenAsync(context) is { } project
            ? await access.FindAsync(actor, project.Id, context.RequestAborted)
            : await access.FindAsync(actor, name, context.RequestAborted);
        if (grant is null)
        {
            return ApiProblem.NotFound("Project not found.");
        }
        context.Features.Set(grant);
        return RefuseBy(grant, requirement);
    }

    async Task<ProblemHttpResult?> RefuseOrganizationAsync(HttpContext context, Actor actor, ApiRequirement requirement)
    {
        var name = (string?)context.GetRouteValue("organization") ?? "";
        if (await access.FindOrganizationAsync(actor, name, context.RequestAborted) is not { } grant)
        {
            return ApiProblem.NotFound("Organization not found.");
        }
        context.Features.Set(grant);
        return RefuseBy(grant, requirement);
    }

    static ProblemHttpResult? RefuseBy(Grant grant, ApiRequirement requirement)
    {
        var permission = grant.Check(requirement.Resource, requirement.Level);
        return permission == Permission.Granted
            ? null
            : ApiProblem.Forbidden(permission, grant.Role, requirement.Resource, requirement.Level);
    }

    /// <summary>The server SDKs name the project by its token and let <c>@current</c> stand in the path.</summary>
    async Task<Project?> ProjectOfTokenAsync(HttpContext context) =>
        context.Request.Query["token"].ToString() is { Length: > 0 } token
            ? await projects.FindByTokenAsync(token, context.RequestAborted)
            : null;

    // The middleware forgets why a credential was refused; the handler remembers it for the length of the request.
    static async Task<ProblemHttpResult> NotAuthenticatedAsync(HttpContext context) =>
        (await context.AuthenticateAsync()).Failure is { } failure
            ? ApiProblem.NotAuthenticated(failure.Message, "authentication_failed")
            : ApiProblem.NotAuthenticated("Authentication credentials were not provided.", "not_authenticated");

    static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
