using Microsoft.AspNetCore.Http.HttpResults;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.Shell;

namespace Prickle.Activity;

/// <summary>The one log of what people and programs changed.</summary>
public static class ActivityModule
{
    public static IServiceCollection AddActivity(this IServiceCollection services) => services
        .AddSingleton<ActivityLog>()
        .AddNavigation(new NavigationEntry(
            "Activity log", "/organization/activity", Icons.Material.Outlined.History, NavigationArea.Organization, 30,
            "audit who changed", Resource.ActivityLog));

    public static IEndpointRouteBuilder MapActivity(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapProjectApi().MapGet("activity_log", ListOfProjectAsync)
            .WithSummary("List what was changed in a project").WithTags("activity_log").Requires(Resource.ActivityLog, Level.Read);
        endpoints.MapOrganizationApi().MapGet("activity_log", ListOfOrganizationAsync)
            .WithSummary("List what was changed in an organization").WithTags("activity_log").Requires(Resource.ActivityLog, Level.Read);
        return endpoints;
    }

    static Task<Results<Ok<ApiPage<ActivityItem>>, ProblemHttpResult>> ListOfProjectAsync(
        ProjectGrant grant, ActivityLog log, Paging paging, HttpRequest request, [AsParameters] ActivityQuery query) =>
        ListAsync(log, paging, request, query, new ActivityFilter(grant.Project.OrganizationId, [grant.ProjectId], false));

    static async Task<Results<Ok<ApiPage<ActivityItem>>, ProblemHttpResult>> ListOfOrganizationAsync(
        OrganizationGrant grant, ActivityLog log, ProjectAccess access, Paging paging, HttpRequest request,
        [AsParameters] ActivityQuery query)
    {
        var visible = await access.ListAsync(grant.Actor, request.HttpContext.RequestAborted);
        return await ListAsync(
            log, paging, request, query, new ActivityFilter(grant.OrganizationId, [.. visible.Select(project => project.ProjectId)], true));
    }

    static async Task<Results<Ok<ApiPage<ActivityItem>>, ProblemHttpResult>> ListAsync(
        ActivityLog log, Paging paging, HttpRequest request, ActivityQuery query, ActivityFilter filter)
    {
        Resource? wanted = null;
        if (query.Scope is { Length: > 0 } scope)
        {
            if (!ResourceNames.TryParse(scope, out var resource))
            {
                return ApiProblem.Invalid("scope", $"There is no resource '{scope}'.");
            }
            wanted = resource;
        }
        filter = filter with { Resource = wanted, ItemId = query.ItemId, UserId = query.User, Search = query.Search };
        var list = await log.ListAsync(filter, paging.Limit, paging.Offset, request.HttpContext.RequestAborted);
        return TypedResults.Ok(paging.Page(request, list.Count, list.Items));
    }
}
