using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.Filters;

namespace Prickle.Groups.Listing;

/// <summary><c>/api/projects/{project}/groups</c> and <c>/groups_types</c>.</summary>
static class GroupEndpoints
{
    public static void Map(RouteGroupBuilder all)
    {
        var project = all.MapGroup("").WithTags("groups");
        project.MapGet("groups_types", TypesAsync).Requires(Resource.Group, Level.Read);
        project.MapGet("groups", ListAsync).Requires(Resource.Group, Level.Read);
        project.MapGet("groups/find", FindAsync).Requires(Resource.Group, Level.Read);
    }

    static async Task<Ok<IReadOnlyList<GroupTypeItem>>> TypesAsync(
        ProjectGrant grant, GroupQueries groups, CancellationToken cancellationToken)
    {
        var types = await groups.TypesAsync(grant.ProjectId, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<GroupTypeItem>>(
            [.. types.Select(type => new GroupTypeItem(type.Name, type.Index, type.GroupCount))]);
    }

    static async Task<Results<Ok<ApiPage<GroupItem>>, ProblemHttpResult>> ListAsync(
        ProjectGrant grant, Paging paging, HttpRequest request, GroupQueries groups, CancellationToken cancellationToken,
        [FromQuery(Name = "group_type_index")] int typeIndex = 0, [FromQuery] string? search = null, [FromQuery] string? properties = null,
        [FromQuery] string? order = null)
    {
        if (FilterGroup.Read(properties) is not { } given)
        {
            return ApiProblem.Invalid("properties", "properties must be a JSON array of {key, value, operator, type}, or a group {type, values}.");
        }
        var conditions = given.OfGroup(typeIndex);
        if (FilterCheck.Refuse(conditions, FilterTypes.Of(FilterRow.Groups)) is { } refusal)
        {
            return ApiProblem.From(refusal);
        }
        var (count, found) = await groups.ListAsync(
            grant.ProjectId, typeIndex, search ?? "", paging.Limit, paging.Offset, conditions, order ?? "-created_at", grant.Project.Zone,
            cancellationToken);
        return TypedResults.Ok(paging.Page(request, count, [.. found.Select(GroupItem.Of)]));
    }

    static async Task<Results<Ok<GroupItem>, ProblemHttpResult>> FindAsync(
        ProjectGrant grant, GroupQueries groups, [FromQuery(Name = "group_key")] string key,
        [FromQuery(Name = "group_type_index")] int typeIndex = 0, CancellationToken cancellationToken = default) =>
        await groups.FindAsync(grant.ProjectId, typeIndex, key, cancellationToken) is { } group
            ? TypedResults.Ok(GroupItem.Of(group))
            : ApiProblem.NotFound("Group not found.");
}

/// <summary>A kind of group in the field's shape.</summary>
public sealed record GroupTypeItem(string GroupType, int GroupTypeIndex, long GroupCount);

/// <summary>A group in the field's shape.</summary>
public sealed record GroupItem(
    int GroupTypeIndex, string GroupKey, string Name, System.Text.Json.JsonElement GroupProperties, DateTimeOffset CreatedAt)
{
    internal static GroupItem Of(GroupProfile group) =>
        new(group.TypeIndex, group.Key, group.Name, group.Properties, group.CreatedAt);
}
