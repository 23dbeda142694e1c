using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Api;

namespace Prickle.Automations.Listing;

/// <summary><c>/api/projects/{project}/automations/{automation}/runs</c>, and moving them to another version.</summary>
static class RunEndpoints
{
    public static void Map(RouteGroupBuilder project)
    {
        var automation = project.MapGroup("/automations/{automation:int}").WithTags("automations").AddEndpointFilter(RefuseWithoutPersonsAsync);
        automation.MapGet("/runs", ListAsync).Requires(Resource.Automation, Level.Read).WithSummary("Lists runs")
            .WithDescription("`state`, `search` (a distinct id, a person or a run), `version`, `step`, `tests`; `order` is `started_at` or `ended_at`, with a minus for descending.");
        automation.MapGet("/runs/{id:guid}", FindAsync).Requires(Resource.Automation, Level.Read).WithSummary("Gives a run with all that happened in it");
        automation.MapPost("/runs/{id:guid}/cancel", CancelAsync).Requires(Resource.Automation, Level.Write).WithSummary("Ends a run");
        automation.MapPost("/runs/{id:guid}/retry", RetryAsync).Requires(Resource.Automation, Level.Write).WithSummary("Goes on with a run that failed, from the step that failed")
            .WithDescription("`on_new_version` for the version that is published now.");
        automation.MapPost("/migration", MigrateAsync).Requires(Resource.Automation, Level.Write).WithSummary("Moves runs to the published version")
            .WithDescription("`mapping` from steps to steps (null ends those runs); `dry_run` says what it would do.");
    }

    static async Task<Results<Ok<ApiPage<RunReply>>, ProblemHttpResult>> ListAsync(
        ProjectGrant grant, int automation, Paging paging, HttpRequest request, AutomationRuns runs, AutomationQueries automations, CancellationToken cancellationToken,
        [FromQuery] string? state = null, [FromQuery] string? search = null, [FromQuery] int? version = null, [FromQuery] string? step = null, [FromQuery] string? order = null,
        [FromQuery] bool tests = true)
    {
        RunState? wanted = null;
        if (state is not null)
        {
            if (!Words.TryParse<RunState>(state, out var parsed))
            {
                return ApiProblem.Invalid("state", "A state is running, completed, converted, exited, failed or cancelled.");
            }
            wanted = parsed;
        }
        if (await automations.FindAsync(grant.ProjectId, automation, cancellationToken) is null)
        {
            return NotFound;
        }
        var filter = new RunFilter { State = wanted, Search = search ?? "", Version = version, StepId = step, Order = order ?? "-started_at", IncludesTests = tests };
        var (count, found) = await runs.ListAsync(grant.ProjectId, automation, filter, paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Page(request, count, [.. found.Select(RunReply.Of)]));
    }

    static async Task<Results<Ok<RunReply>, ProblemHttpResult>> FindAsync(ProjectGrant grant, int automation, Guid id, AutomationRuns runs, CancellationToken cancellationToken) =>
        await runs.FindAsync(grant.ProjectId, id, cancellationToken) is { } found && found.Run.AutomationId == automation
            ? TypedResults.Ok(RunReply.Of(found.Run) with
            {
                Context = found.Context,
                Steps = [.. found.Steps.Select(step => new RunStepReply(
                    step.Number, step.StepId, step.Kind, step.Attempt, Words.Of(step.State), step.Detail, step.Data, step.At, step.Took.TotalMilliseconds))],
            })
            : NotFound;

    static async Task<Results<Ok<RunReply>, ProblemHttpResult>> CancelAsync(ProjectGrant grant, int automation, Guid id, AutomationRuns runs, CancellationToken cancellationToken) =>
        await IsOfAsync(grant, automation, id, runs, cancellationToken) ? Reply(await runs.CancelAsync(grant, id, cancellationToken)) : NotFound;

    static async Task<Results<Ok<RunReply>, ProblemHttpResult>> RetryAsync(
        ProjectGrant grant, int automation, Guid id, AutomationRuns runs, CancellationToken cancellationToken, [FromQuery(Name = "on_new_version")] bool onNewVersion = false) =>
        await IsOfAsync(grant, automation, id, runs, cancellationToken) ? Reply(await runs.RetryAsync(grant, id, onNewVersion, cancellationToken)) : NotFound;

    static async Task<bool> IsOfAsync(ProjectGrant grant, int automation, Guid id, AutomationRuns runs, CancellationToken cancellationToken) =>
        await runs.FindAsync(grant.ProjectId, id, cancellationToken) is { } found && found.Run.AutomationId == automation;

    static Results<Ok<RunReply>, ProblemHttpResult> Reply(Outcome<AutomationRun> outcome) => outcome.Match<Results<Ok<RunReply>, ProblemHttpResult>>(
        run => TypedResults.Ok(RunReply.Of(run)), refusal => ApiProblem.From(refusal));

    static async Task<Results<Ok<MigrationReply>, ProblemHttpResult>> MigrateAsync(
        ProjectGrant grant, int automation, JsonElement body, AutomationRuns runs, CancellationToken cancellationToken)
    {
        var mapping = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (body.ValueKind != JsonValueKind.Object)
        {
            return ApiProblem.Invalid("body", "Send an object.");
        }
        if (body.TryGetProperty("mapping", out var given))
        {
            if (given.ValueKind != JsonValueKind.Object || given.EnumerateObject().Any(one => one.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null)))
            {
                return ApiProblem.Invalid("mapping", "Steps by their ids, each to the id of a step or to null.");
            }
            foreach (var one in given.EnumerateObject())
            {
                mapping[one.Name] = one.Value.GetString();
            }
        }
        var isDry = body.TryGetProperty("dry_run", out var dry) && dry.ValueKind == JsonValueKind.True;
        var outcome = isDry ? await runs.PlanAsync(grant, automation, mapping, cancellationToken) : await runs.MigrateAsync(grant, automation, mapping, cancellationToken);
        return outcome.Match<Results<Ok<MigrationReply>, ProblemHttpResult>>(plan => TypedResults.Ok(new MigrationReply(plan.ToVersion, plan.Moves)), refusal => ApiProblem.From(refusal));
    }

    /// <summary>Runs name persons, which takes a key that may read them.</summary>
    static async ValueTask<object?> RefuseWithoutPersonsAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var grant = context.HttpContext.Features.Get<ProjectGrant>()!;
        return grant.Check(Resource.Person, Level.Read) is not Permission.Granted and var refused
            ? ApiProblem.Forbidden(refused, grant.Role, Resource.Person, Level.Read) : await next(context);
    }

    static ProblemHttpResult NotFound => ApiProblem.NotFound("Run not found.");
}
