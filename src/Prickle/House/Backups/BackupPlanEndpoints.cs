using Microsoft.AspNetCore.Http.HttpResults;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.Servers;

namespace Prickle.House.Backups;

/// <summary><c>…/backups/plans</c>.</summary>
static class BackupPlanEndpoints
{
    public static void Map(RouteGroupBuilder backups)
    {
        var plans = backups.MapGroup("/plans");
        plans.MapGet("", ListAsync).Requires(Resource.House, Level.Read).WithSummary("Lists the plans of a server, and how each stands");
        plans.MapPost("", CreateAsync).Requires(Resource.House, Level.Write).WithSummary("Makes a plan")
            .WithDescription("`name`, `databases` and `tables` (database and name), `target_id`, `full_cron`, `incremental_cron`, `time_zone`, `keep_chains` and `keep_days` (what one of both keeps stays), `node`, `timeout_minutes`, "
                + "`hashes_rows` and `drills_after_full`. An incremental backup holds what changed since the last full one.");
        plans.MapPut("/{id:guid}", UpdateAsync).Requires(Resource.House, Level.Write).WithSummary("Changes a plan");
        plans.MapDelete("/{id:guid}", DeleteAsync).Requires(Resource.House, Level.Write).WithSummary("Deletes a plan; its backups stay");
        plans.MapPost("/{id:guid}/pause", PauseAsync).Requires(Resource.House, Level.Write).WithSummary("Stops a plan from running by the clock with `is_paused`, or lets it run again");
        plans.MapPost("/{id:guid}/run", RunAsync).Requires(Resource.House, Level.Write).WithSummary("Makes a backup of a plan now, of the `kind` full or incremental");
    }

    static async Task<Results<Ok<ApiPage<BackupPlanItem>>, ProblemHttpResult>> ListAsync(
        OrganizationGrant grant, Guid server, Paging paging, HttpRequest request, ServerDirectory servers, BackupPlans plans, BackupBook book, CancellationToken cancellationToken)
    {
        if (await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is null)
        {
            return ApiProblem.NotFound("Server not found.");
        }
        var standings = await book.StandingsAsync(grant, server, cancellationToken);
        return TypedResults.Ok(paging.PageOf(request, [.. (await plans.ListAsync(grant, server, cancellationToken)).Select(plan =>
            BackupPlanItem.Of(plan, standings.GetValueOrDefault(plan.Id)))]));
    }

    static async Task<Results<Created<BackupPlanItem>, ProblemHttpResult>> CreateAsync(OrganizationGrant grant, Guid server, BackupPlanBody body, BackupPlans plans,
        CancellationToken cancellationToken) =>
        (await plans.CreateAsync(grant, server, body.Name ?? "", body.Terms, cancellationToken)).Match<Results<Created<BackupPlanItem>, ProblemHttpResult>>(
            plan => TypedResults.Created($"/api/organizations/{grant.OrganizationId}/house/servers/{server}/backups/plans/{plan.Id}", BackupPlanItem.Of(plan, null)), refusal =>
                ApiProblem.From(refusal));

    static async Task<Results<Ok<BackupPlanItem>, ProblemHttpResult>> UpdateAsync(OrganizationGrant grant, Guid server, Guid id, BackupPlanBody body, BackupPlans plans,
        CancellationToken cancellationToken) =>
        Reply(await plans.UpdateAsync(grant, server, id, body.Name ?? "", body.Terms, cancellationToken));

    static async Task<Results<Ok<BackupPlanItem>, ProblemHttpResult>> PauseAsync(OrganizationGrant grant, Guid server, Guid id, PauseBody body, BackupPlans plans,
        CancellationToken cancellationToken) =>
        Reply(await plans.PauseAsync(grant, server, id, body.IsPaused, cancellationToken));

    static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(OrganizationGrant grant, Guid server, Guid id, BackupPlans plans, CancellationToken cancellationToken) =>
        (await plans.DeleteAsync(grant, server, id, cancellationToken)).Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));

    static async Task<Results<Accepted<BackupItem>, ProblemHttpResult>> RunAsync(OrganizationGrant grant, Guid server, Guid id, RunBody body, BackupPlans plans,
        CancellationToken cancellationToken) =>
        (await plans.RunAsync(grant, server, id, body.Kind, cancellationToken)).Match<Results<Accepted<BackupItem>, ProblemHttpResult>>(
            backup => TypedResults.Accepted($"/api/organizations/{grant.OrganizationId}/house/servers/{server}/backups/{backup.Id}", BackupItem.Of(backup)), refusal => ApiProblem.From(refusal));

    static Results<Ok<BackupPlanItem>, ProblemHttpResult> Reply(Outcome<BackupPlan> outcome) =>
        outcome.Match<Results<Ok<BackupPlanItem>, ProblemHttpResult>>(plan => TypedResults.Ok(BackupPlanItem.Of(plan, null)), refusal => ApiProblem.From(refusal));
}

/// <summary>A plan as a request says it.</summary>
sealed record BackupPlanBody(
    string? Name, Guid TargetId, string? FullCron, IReadOnlyList<string>? Databases = null, IReadOnlyList<BackupTable>? Tables = null, string? IncrementalCron = null, string? TimeZone = null,
    int? KeepChains = null, int? KeepDays = null, string? Node = null, int TimeoutMinutes = 720, bool HashesRows = true, bool DrillsAfterFull = false)
{
    internal BackupTerms Terms => new(
        new BackupScope([.. (Databases ?? []).Distinct()], [.. (Tables ?? []).Where(table => table is { Database: not null, Name: not null }).Distinct()]), TargetId, FullCron ?? "",
        string.IsNullOrWhiteSpace(IncrementalCron) ? null : IncrementalCron, TimeZone ?? "UTC", new BackupKeeping(KeepChains, KeepDays))
    {
        Node = string.IsNullOrEmpty(Node) ? null : Node,
        TimeoutMinutes = TimeoutMinutes,
        HashesRows = HashesRows,
        DrillsAfterFull = DrillsAfterFull,
    };
}

/// <summary>Whether a plan rests.</summary>
sealed record PauseBody(bool IsPaused);

/// <summary>Which backup is made.</summary>
sealed record RunBody(BackupKind Kind = BackupKind.Full);

/// <summary>A plan, and how it stands.</summary>
sealed record BackupPlanItem(
    Guid Id, string Name, IReadOnlyList<string> Databases, IReadOnlyList<BackupTable> Tables, Guid TargetId, string FullCron, string? IncrementalCron, string TimeZone, int? KeepChains,
        int? KeepDays, string? Node,
    int TimeoutMinutes, bool HashesRows, bool DrillsAfterFull, bool IsPaused, DateTimeOffset? NextAt, string CreatedBy, DateTimeOffset CreatedAt, int Version, BackupItem? Last,
        DateTimeOffset? LastGoodAt, BackupJobItem? LastDrill)
{
    public static BackupPlanItem Of(BackupPlan plan, PlanStanding? standing) => new(
        plan.Id, plan.Name, plan.Terms.Scope.Databases, plan.Terms.Scope.Tables, plan.Terms.TargetId, plan.Terms.FullCron, plan.Terms.IncrementalCron, plan.Terms.TimeZone,
            plan.Terms.Keeping.Chains, plan.Terms.Keeping.Days,
        plan.Terms.Node, plan.Terms.TimeoutMinutes, plan.Terms.HashesRows, plan.Terms.DrillsAfterFull, plan.IsPaused, plan.NextAt, plan.CreatedBy, plan.CreatedAt, plan.Version,
        standing?.Last is { } last ? BackupItem.Of(last) : null, standing?.LastGood?.FinishedAt, standing?.LastDrill is { } drill ? BackupJobItem.Of(drill) : null);
}
