using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Api;

namespace Prickle.Definitions.Api;

/// <summary><c>/api/projects/{project}/event_definitions</c> and <c>/property_definitions</c>.</summary>
static class DefinitionEndpoints
{
    public static void Map(RouteGroupBuilder project)
    {
        var events = project.MapGroup("/event_definitions").WithTags("definitions");
        events.MapGet("", ListEventsAsync).Requires(Resource.PropertyDefinition, Level.Read).WithSummary("Lists the names of events that were seen")
            .WithDescription("`search`, `verified`, `hidden`, `tag`, `ordering` (`name`, `last_seen_at`, `volume_30_day`; with a minus, downwards).");
        events.MapGet("/{id:guid}", FindEventAsync).Requires(Resource.PropertyDefinition, Level.Read);
        events.MapPatch("/{id:guid}", ChangeEventAsync).Requires(Resource.PropertyDefinition, Level.Write);
        var properties = project.MapGroup("/property_definitions").WithTags("definitions");
        properties.MapGet("", ListPropertiesAsync).Requires(Resource.PropertyDefinition, Level.Read).WithSummary("Lists the properties that were seen")
            .WithDescription(
                "`type` (`event`, `person`, `group`), `group_type_index`, `property_type`, `event_names` (one name: the properties that come with it), "
                + "`search`, `verified`, `hidden`, `tag`, `ordering` (`name`, `last_seen_at`).");
        properties.MapGet("/values", ValuesAsync).Requires(Resource.PropertyDefinition, Level.Read).WithSummary("Lists frequent values of a property")
            .WithDescription("`key`, `type`, `group_type_index`, `value` (part of it).");
        properties.MapGet("/{id:guid}", FindPropertyAsync).Requires(Resource.PropertyDefinition, Level.Read);
        properties.MapPatch("/{id:guid}", ChangePropertyAsync).Requires(Resource.PropertyDefinition, Level.Write);
    }

    static async Task<Results<Ok<ApiPage<EventDefinitionItem>>, ProblemHttpResult>> ListEventsAsync(
        ProjectGrant grant, Paging paging, HttpRequest request, EventDefinitions definitions, CancellationToken cancellationToken)
    {
        if (DefinitionListRequest.Read(request.Query, grant.ProjectId, out var problem) is not { } filter)
        {
            return problem!;
        }
        var (count, found) = await definitions.ListAsync(filter, paging.Limit, paging.Offset, cancellationToken);
        var usage = await definitions.UsageAsync(grant.ProjectId, cancellationToken);
        return TypedResults.Ok(paging.Page(request, count, [.. found.Select(item => EventDefinitionItem.Of(item, usage.GetValueOrDefault(item.Name)))]));
    }

    static async Task<Results<Ok<EventDefinitionItem>, ProblemHttpResult>> FindEventAsync(
        ProjectGrant grant, Guid id, EventDefinitions definitions, CancellationToken cancellationToken) =>
        await definitions.FindAsync(grant.ProjectId, id, cancellationToken) is { } found
            ? TypedResults.Ok(EventDefinitionItem.Of(found, (await definitions.UsageAsync(grant.ProjectId, cancellationToken)).GetValueOrDefault(found.Name)))
            : ApiProblem.NotFound("Event definition not found.");

    static async Task<Results<Ok<EventDefinitionItem>, ProblemHttpResult>> ChangeEventAsync(
        ProjectGrant grant, Guid id, DefinitionPatch patch, EventDefinitions definitions, CancellationToken cancellationToken) =>
        (await definitions.ChangeAsync(grant, id, patch.ToChange(), cancellationToken)).Match<Results<Ok<EventDefinitionItem>, ProblemHttpResult>>(
            changed => TypedResults.Ok(EventDefinitionItem.Of(changed, null)), refusal => ApiProblem.From(refusal));

    static async Task<Results<Ok<ApiPage<PropertyDefinitionItem>>, ProblemHttpResult>> ListPropertiesAsync(
        ProjectGrant grant, Paging paging, HttpRequest request, PropertyDefinitions definitions, CancellationToken cancellationToken)
    {
        if (DefinitionListRequest.Read(request.Query, grant.ProjectId, out var problem) is not { } filter)
        {
            return problem!;
        }
        var (count, found) = await definitions.ListAsync(filter, paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Page(request, count, [.. found.Select(PropertyDefinitionItem.Of)]));
    }

    // The defaults are said for the description alone: the generated code knows none for texts, and passes null.
    static async Task<Results<Ok<IReadOnlyList<ValueItem>>, ProblemHttpResult>> ValuesAsync(
        ProjectGrant grant, PropertyDefinitions definitions,
        [FromQuery, DefaultValue("")] string? key, [FromQuery, DefaultValue("event")] string? type,
        [FromQuery(Name = "group_type_index")] int? group, [FromQuery, DefaultValue("")] string? value, CancellationToken cancellationToken)
    {
        if (key is null or "" || !Enum.TryParse<PropertyScope>(type ?? "event", ignoreCase: true, out var scope))
        {
            return ApiProblem.Invalid(key is null or "" ? "key" : "type", "Say a key, and a type: event, person, group or session.");
        }
        var values = await definitions.ValuesAsync(grant.ProjectId, scope, group, key, value ?? "", cancellationToken);
        return TypedResults.Ok<IReadOnlyList<ValueItem>>([.. values.Select(name => new ValueItem(name))]);
    }

    static async Task<Results<Ok<PropertyDefinitionItem>, ProblemHttpResult>> FindPropertyAsync(
        ProjectGrant grant, Guid id, PropertyDefinitions definitions, CancellationToken cancellationToken) =>
        await definitions.FindAsync(grant.ProjectId, id, cancellationToken) is { } found
            ? TypedResults.Ok(PropertyDefinitionItem.Of(found))
            : ApiProblem.NotFound("Property definition not found.");

    static async Task<Results<Ok<PropertyDefinitionItem>, ProblemHttpResult>> ChangePropertyAsync(
        ProjectGrant grant, Guid id, DefinitionPatch patch, PropertyDefinitions definitions, CancellationToken cancellationToken)
    {
        var change = patch.ToChange();
        if (patch.PropertyType is { } given)
        {
            if (!Enum.TryParse<PropertyType>(given, ignoreCase: true, out var type) || !Enum.IsDefined(type))
            {
                return ApiProblem.Invalid("property_type", "property_type is String, Numeric, Boolean, DateTime or Duration.");
            }
            change = change with { Type = type };
        }
        return (await definitions.ChangeAsync(grant, id, change, cancellationToken)).Match<Results<Ok<PropertyDefinitionItem>, ProblemHttpResult>>(
            changed => TypedResults.Ok(PropertyDefinitionItem.Of(changed)), refusal => ApiProblem.From(refusal));
    }
}
