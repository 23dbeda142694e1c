using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Api;

namespace Prickle.Flags.Schedule;

/// <summary><c>/api/projects/{project}/feature_flags/{id}/schedule</c>.</summary>
static class FlagScheduleEndpoints
{
    public static void Map(RouteGroupBuilder project)
    {
        var schedule = project.MapGroup("/feature_flags/{flag:int}/schedule").WithTags("feature_flags");
        schedule.MapGet("", ListAsync).Requires(Resource.FeatureFlag, Level.Read).WithSummary("Lists planned changes: what comes, then what happened");
        schedule.MapPost("", AddAsync).Requires(Resource.FeatureFlag, Level.Write).WithSummary("Plans a change, or a ramp")
            .WithDescription("`at` with `active`, with `set` and `rollout_percentage`, or with `filters`. A ramp: `set` and `steps`, each with `at` and "
                + "`rollout_percentage`; or `set`, `percentages`, `at` and `every_hours`.");
        schedule.MapPatch("/{id:long}", ChangeAsync).Requires(Resource.FeatureFlag, Level.Write).WithSummary("Moves a planned change (`at`), or holds it and the rest of its ramp (`paused`)");
        schedule.MapDelete("/{id:long}", CancelAsync).Requires(Resource.FeatureFlag, Level.Write).WithSummary("Cancels a planned change; with `ramp=true` the rest of its ramp too");
    }

    static async Task<Results<Ok<ApiPage<FlagStepItem>>, ProblemHttpResult>> ListAsync(
        ProjectGrant grant, int flag, Paging paging, HttpRequest request, FlagSchedule schedule, FlagQueries flags, TimeProvider time, CancellationToken cancellationToken) =>
        await flags.FindAsync(grant.ProjectId, flag, cancellationToken) is null ? NotFound
            : TypedResults.Ok(paging.PageOf(request, ItemsOf(await schedule.ListAsync(grant.ProjectId, flag, cancellationToken), grant, time)));

    static async Task<Results<Created<IReadOnlyList<FlagStepItem>>, ProblemHttpResult>> AddAsync(
        ProjectGrant grant, int flag, JsonElement body, FlagSchedule schedule, FlagQueries flags, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await flags.FindAsync(grant.ProjectId, flag, cancellationToken) is not { } found)
        {
            return NotFound;
        }
        var outcome = FlagStepReader.Read(body, found.Settings) switch
        {
            Outcome<IReadOnlyList<FlagStepDraft>>.Done(var drafts) => await schedule.AddAsync(grant, flag, drafts, cancellationToken),
            Outcome<IReadOnlyList<FlagStepDraft>>.Refused(var refusal) => refusal,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return outcome.Match<Results<Created<IReadOnlyList<FlagStepItem>>, ProblemHttpResult>>(
            steps => TypedResults.Created($"/api/projects/{grant.ProjectId}/feature_flags/{flag}/schedule", ItemsOf(steps, grant, time)), refusal => ApiProblem.From(refusal));
    }

    static async Task<Results<Ok<FlagStepItem>, ProblemHttpResult>> ChangeAsync(
        ProjectGrant grant, int flag, long id, JsonElement body, FlagSchedule schedule, TimeProvider time, CancellationToken cancellationToken)
    {
        var isObject = body.ValueKind == JsonValueKind.Object;
        bool? isPaused = isObject && body.TryGetProperty("paused", out var paused)
            ? paused.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null } : null;
        var at = isObject ? FlagStepReader.Time(body, "at") : null;
        if (isPaused is null && at is null)
        {
            return ApiProblem.Invalid("at", "Say another time, or paused.");
        }
        Outcome<FlagStep>? outcome = null;
        if (at is { } moment)
        {
            outcome = await schedule.MoveAsync(grant, flag, id, moment, cancellationToken);
        }
        if (isPaused is { } hold && outcome is not Outcome<FlagStep>.Refused)
        {
            outcome = await (hold ? schedule.PauseAsync(grant, flag, id, cancellationToken) : schedule.ResumeAsync(grant, flag, id, cancellationToken));
        }
        return outcome!.Match<Results<Ok<FlagStepItem>, ProblemHttpResult>>(
            step => TypedResults.Ok(FlagStepItem.Of(step, time.GetUtcNow(), grant.Project.Zone)), refusal => ApiProblem.From(refusal));
    }

    static async Task<Results<NoContent, ProblemHttpResult>> CancelAsync(
        ProjectGrant grant, int flag, long id, FlagSchedule schedule, CancellationToken cancellationToken, [FromQuery] bool ramp = false) =>
        (await schedule.CancelAsync(grant, flag, id, ramp, cancellationToken)).Match<Results<NoContent, ProblemHttpResult>>(
            _ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));

    static IReadOnlyList<FlagStepItem> ItemsOf(IReadOnlyList<FlagStep> steps, ProjectGrant grant, TimeProvider time) =>
        [.. steps.Select(step => FlagStepItem.Of(step, time.GetUtcNow(), grant.Project.Zone))];

    static ProblemHttpResult NotFound => ApiProblem.NotFound("Feature flag not found.");
}

/// <summary>A planned change in the API.</summary>
/// <param name="Kind">switch, rollout or filters.</param>
/// <param name="State">waiting, paused, applied, refused or cancelled.</param>
/// <param name="Words">In a sentence, in the project's time.</param>
public sealed record FlagStepItem(
    long Id, Guid? RampId, DateTimeOffset At, string Kind, bool? Active, int? Set, double? RolloutPercentage, FlagFilters? Filters, string State, string? Detail,
    string Words, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? DoneAt)
{
    internal static FlagStepItem Of(FlagStep step, DateTimeOffset now, TimeZoneInfo zone) => new(
        step.Id, step.RampId, step.At, step.Change switch { FlagScheduledChange.Switch => "switch", FlagScheduledChange.Rollout => "rollout", _ => "filters" },
        (step.Change as FlagScheduledChange.Switch)?.IsOn, (step.Change as FlagScheduledChange.Rollout)?.Index, (step.Change as FlagScheduledChange.Rollout)?.Percentage,
        (step.Change as FlagScheduledChange.Replace)?.Filters, JsonNamingPolicy.SnakeCaseLower.ConvertName(step.State.ToString()), step.Detail,
        $"{FlagStepWords.Of(step.Change)} {FlagStepWords.When(step.At, now, zone)}", step.CreatedBy, step.CreatedAt, step.DoneAt);
}
