using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.Events;
using HttpJson = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Prickle.Actions.Listing;

/// <summary><c>/api/projects/{project}/actions</c>.</summary>
static class ActionEndpoints
{
    public static void Map(RouteGroupBuilder project)
    {
        var actions = project.MapGroup("/actions").WithTags("actions");
        actions.MapGet("", ListAsync).Requires(Resource.Action, Level.Read).WithSummary("Lists actions by name");
        actions.MapPost("", CreateAsync).Requires(Resource.Action, Level.Write).WithSummary("Makes an action");
        actions.MapPost("/preview", PreviewAsync).Requires(Resource.Action, Level.Read)
            .WithSummary("Counts the events of the last 7 days that steps would fit");
        actions.MapGet("/{id:int}", FindAsync).Requires(Resource.Action, Level.Read).WithSummary("Gives an action and what uses it");
        actions.MapPatch("/{id:int}", UpdateAsync).Requires(Resource.Action, Level.Write).WithSummary("Changes what the body names");
        actions.MapDelete("/{id:int}", DeleteAsync).Requires(Resource.Action, Level.Write)
            .WithSummary("Deletes an action").WithDescription("Refused while something uses it, unless `force=true`.");
        actions.MapPost("/{id:int}/duplicate", DuplicateAsync).Requires(Resource.Action, Level.Write).WithSummary("Makes a copy");
    }

    static async Task<ApiPage<ActionItem>> ListAsync(
        ProjectGrant grant, Paging paging, HttpRequest request, ActionAdministration actions, CancellationToken cancellationToken,
        [FromQuery] string? search = null)
    {
        var all = await actions.ListAsync(grant.ProjectId, cancellationToken);
        return paging.PageOf(request, [.. all.Where(action => search is null
            || action.Action.Name.Contains(search, StringComparison.OrdinalIgnoreCase)).Select(ActionItem.Of)]);
    }

    static async Task<Results<Created<ActionItem>, ProblemHttpResult>> CreateAsync(
        ProjectGrant grant, ActionSettings settings, ActionAdministration actions, CancellationToken cancellationToken) =>
        (await actions.CreateAsync(grant, settings, cancellationToken)).Match<Results<Created<ActionItem>, ProblemHttpResult>>(
            made => TypedResults.Created($"/api/projects/{grant.ProjectId}/actions/{made.Action.Id}", ActionItem.Of(made)),
            refusal => ApiProblem.From(refusal));

    static async Task<Results<Ok<ActionPreview>, ProblemHttpResult>> PreviewAsync(
        ProjectGrant grant, ActionSettings settings, ActionQueries queries, EventQueries events, CancellationToken cancellationToken)
    {
        if (settings.CheckSteps() is { } refusal)
        {
            return ApiProblem.From(refusal);
        }
        var filter = queries.EventsOf(new ActionDefinition(0, grant.ProjectId, "", "", [], settings.Steps), 7, grant.Project.Zone);
        return TypedResults.Ok(new ActionPreview(
            await events.CountAsync(filter, cancellationToken),
            [.. (await events.ListAsync(filter, 5, cancellationToken: cancellationToken)).Select(stored => stored.Uuid)]));
    }

    static async Task<Results<Ok<ActionItem>, ProblemHttpResult>> FindAsync(
        ProjectGrant grant, int id, ActionAdministration actions, CancellationToken cancellationToken) =>
        await actions.FindAsync(grant.ProjectId, id, cancellationToken) is { } found
            ? TypedResults.Ok(ActionItem.Of(found) with { UsedBy = await actions.UsesAsync(grant.ProjectId, id, cancellationToken) })
            : ApiProblem.NotFound("Action not found.");

    static async Task<Results<Ok<ActionItem>, ProblemHttpResult>> UpdateAsync(
        ProjectGrant grant, int id, JsonObject patch, ActionAdministration actions, IOptions<HttpJson> json, CancellationToken cancellationToken)
    {
        if (await actions.FindAsync(grant.ProjectId, id, cancellationToken) is not { } current)
        {
            return ApiProblem.NotFound("Action not found.");
        }
        return MergePatch.TryApply(ActionSettings.Of(current.Action), patch, json.Value.SerializerOptions, out var settings, out var attribute)
            ? Reply(await actions.UpdateAsync(grant, id, settings, cancellationToken))
            : ApiProblem.Invalid(attribute, "The value does not have the expected form.");
    }

    static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        ProjectGrant grant, int id, ActionAdministration actions, CancellationToken cancellationToken, [FromQuery] bool force = false) =>
        (await actions.DeleteAsync(grant, id, force, cancellationToken)).Match<Results<NoContent, ProblemHttpResult>>(
            _ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));

    static async Task<Results<Ok<ActionItem>, ProblemHttpResult>> DuplicateAsync(
        ProjectGrant grant, int id, ActionAdministration actions, CancellationToken cancellationToken) =>
        Reply(await actions.DuplicateAsync(grant, id, cancellationToken));

    static Results<Ok<ActionItem>, ProblemHttpResult> Reply(Outcome<ActionProfile> outcome) =>
        outcome.Match<Results<Ok<ActionItem>, ProblemHttpResult>>(
            action => TypedResults.Ok(ActionItem.Of(action)), refusal => ApiProblem.From(refusal));
}

/// <summary>How many events fit, and the newest of them.</summary>
public sealed record ActionPreview(long Count, IReadOnlyList<Guid> Examples);

/// <summary>An action in the field's shape.</summary>
public sealed record ActionItem(
    int Id, string Name, string Description, IReadOnlyList<string> Tags, IReadOnlyList<ActionStep> Steps, string CreatedBy,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>Given for one action, not in lists.</summary>
    public IReadOnlyList<ActionUse>? UsedBy { get; init; }

    internal static ActionItem Of(ActionProfile profile) => new(
        profile.Action.Id, profile.Action.Name, profile.Action.Description, profile.Action.Tags, profile.Action.Steps,
        profile.CreatedBy, profile.CreatedAt, profile.UpdatedAt);
}
