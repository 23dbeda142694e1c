using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Automations.Engine;
using Prickle.Automations.Storage;
using Prickle.Automations.Triggers;
using Prickle.Persons;
using Prickle.Storage;

namespace Prickle.Automations;

/// <summary>Which runs to list.</summary>
public sealed record RunFilter
{
    public RunState? State { get; init; }

    /// <summary>A distinct id, a person's id or a run's id.</summary>
    public string Search { get; init; } = "";
    public int? Version { get; init; }

    /// <summary>Those that are at this step.</summary>
    public string? StepId { get; init; }

    /// <summary>started_at or ended_at, with a minus in front for descending.</summary>
    public string Order { get; init; } = "-started_at";
    public bool IncludesTests { get; init; } = true;
}

/// <summary>What moving runs to another version does.</summary>
/// <param name="Moves">How many runs go from a step of their version to a step of the new one; null for those that end.</param>
public sealed record MigrationPlan(int ToVersion, IReadOnlyList<MigrationMove> Moves);

public sealed record MigrationMove(int FromVersion, string? FromStep, string? ToStep, int Count);

/// <summary>Reads runs, starts them by hand, ends them, tries them again, and moves them to another version.</summary>
public sealed class AutomationRuns
{
    static readonly Refusal Gone = Refusal.NotFound("The run does not exist.");

    readonly IDbContextFactory<PrickleDatabase> _databases;
    readonly AutomationDirectory _directory;
    readonly RunStarter _starter;
    readonly RunEnding _ending;
    readonly PersonLookup _persons;
    readonly AutomationWake _wake;
    readonly ActivityLog _activity;
    readonly TimeProvider _time;

    internal AutomationRuns(
        IDbContextFactory<PrickleDatabase> databases, AutomationDirectory directory, RunStarter starter, RunEnding ending, PersonLookup persons, AutomationWake wake,
        ActivityLog activity, TimeProvider time) =>
        (_databases, _directory, _starter, _ending, _persons, _wake, _activity, _time) = (databases, directory, starter, ending, persons, wake, activity, time);

    /// <summary>Some runs of an automation, and how many fit.</summary>
    public async Task<(int Count, IReadOnlyList<AutomationRun> Runs)> ListAsync(
        int projectId, int automationId, RunFilter filter, int limit, int offset, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var rows = database.Set<RunRow>().AsNoTracking().Where(row => row.ProjectId == projectId && row.AutomationId == automationId
            && (filter.State == null || row.State == filter.State) && (filter.Version == null || row.Version == filter.Version)
            && (filter.StepId == null || row.StepId == filter.StepId) && (filter.IncludesTests || !row.IsTest));
        if (filter.Search.Trim() is { Length: > 0 } search)
        {
            var id = Guid.TryParse(search, out var parsed) ? parsed : Guid.Empty;
            rows = rows.Where(row => row.DistinctId == search || row.PersonId == id || row.Id == id);
        }
        var count = await rows.CountAsync(cancellationToken);
        var sorted = filter.Order switch
        {
            "started_at" => rows.OrderBy(row => row.StartedAt).ThenBy(row => row.Id),
            "ended_at" => rows.OrderBy(row => row.EndedAt).ThenBy(row => row.Id),
            "-ended_at" => rows.OrderByDescending(row => row.EndedAt).ThenByDescending(row => row.Id),
            _ => rows.OrderByDescending(row => row.StartedAt).ThenByDescending(row => row.Id),
        };
        var page = await sorted.Skip(offset).Take(limit).ToListAsync(cancellationToken);
        return (count, page.ConvertAll(ToRun));
    }

    /// <summary>A run with its history.</summary>
    public async Task<AutomationRunDetail?> FindAsync(int projectId, Guid id, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<RunRow>().AsNoTracking().SingleOrDefaultAsync(row => row.ProjectId == projectId && row.Id == id, cancellationToken) is not { } row)
        {
            return null;
        }
        var steps = await database.Set<RunStepRow>().AsNoTracking().Where(step => step.RunId == id).OrderBy(step => step.Number).ToListAsync(cancellationToken);
        return new AutomationRunDetail(ToRun(row), RunContext.Read(row.Context).ToJson(), steps.ConvertAll(step => new RunStep(
            step.Number, step.StepId, step.Kind, step.Attempt, step.State, step.Detail, step.Data is null ? null : JsonNode.Parse(step.Data)!.AsObject(),
            RunTable.Moment(step.At), TimeSpan.FromMilliseconds(step.Milliseconds))));
    }

    /// <summary>Begins a run by hand. Once per person holds here too.</summary>
    /// <param name="distinctId">Whom it is about; null for nobody.</param>
    /// <param name="data">What templates find as <c>trigger</c>.</param>
    public async Task<Outcome<int>> StartAsync(ProjectGrant grant, int automationId, string? distinctId, JsonObject? data, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        if ((await _directory.ActiveAsync(cancellationToken)).FirstOrDefault(one => one.Id == automationId && one.ProjectId == grant.ProjectId) is not { } automation)
        {
            return Refusal.Invalid("automation", "Only an automation that is switched on can be started.");
        }
        if (automation.Definition.Trigger is not ManualTrigger)
        {
            return Refusal.Invalid("automation", "This automation is not begun by hand.");
        }
        var person = string.IsNullOrEmpty(distinctId) ? null : await _persons.FindAsync(grant.ProjectId, distinctId, cancellationToken);
        var trigger = new JsonObject { ["by"] = grant.Actor.Email, ["data"] = data?.DeepClone() };
        return await _starter.StartAsync(
            grant.ProjectId, [new RunCandidate(automation, $"manual:{Guid.NewGuid():N}", person?.PersonId, string.IsNullOrEmpty(distinctId) ? null : distinctId, RunContext.Of(trigger))],
            cancellationToken);
    }

    /// <summary>Ends a run that goes on.</summary>
    public async Task<Outcome<AutomationRun>> CancelAsync(ProjectGrant grant, Guid id, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        var ended = await _ending.EndAsync(rows => rows.Where(row => row.ProjectId == grant.ProjectId && row.Id == id), RunState.Cancelled, $"{grant.Actor.Email} ended it.", cancellationToken);
        return await FindAsync(grant.ProjectId, id, cancellationToken) is not { } found ? Gone
            : ended == 0 ? Refusal.Invalid("state", "The run is over already.") : found.Run;
    }

    /// <summary>Goes on with a run that failed, from the step that failed: what was done before is not done again.</summary>
    /// <param name="onNewVersion">On the version that is published now; else on its own.</param>
    public async Task<Outcome<AutomationRun>> RetryAsync(ProjectGrant grant, Guid id, bool onNewVersion, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<RunRow>().SingleOrDefaultAsync(row => row.ProjectId == grant.ProjectId && row.Id == id, cancellationToken) is not { } run)
        {
            return Gone;
        }
        if (run.State != RunState.Failed)
        {
            return Refusal.Invalid("state", "Only a run that failed can be tried again.");
        }
        var published = await database.Set<AutomationRow>().Where(row => row.Id == run.AutomationId && !row.IsDeleted).Select(row => row.PublishedVersion).SingleOrDefaultAsync(cancellationToken);
        var version = onNewVersion && published is { } newest ? newest : run.Version;
        if (await _directory.VersionAsync(run.AutomationId, version, cancellationToken) is not { } definition || definition.Find(run.StepId) is null)
        {
            return Refusal.Invalid("version", $"Version {version} has no step {run.StepId}, at which the run failed.");
        }
        var now = RunTable.Micros(_time.GetUtcNow());
        (run.Version, run.State, run.Attempt, run.WakeAt, run.EndedAt, run.Reason, run.HasBegun) = (version, RunState.Running, 0, now, null, null, false);
        (run.WaitingSince, run.Deadline, run.Told) = (null, null, Math.Max(run.IsTest ? 2 : 1, 1));
        run.Awaits |= NextWaits.Any(definition, run.StepId) ? RunAwaits.Event : RunAwaits.None;
        await database.SaveChangesAsync(cancellationToken);
        _wake.Up();
        return ToRun(run);
    }

    /// <summary>Says what <see cref="MigrateAsync"/> would do.</summary>
    /// <param name="mapping">From steps of old versions to steps of the published one; null ends those runs. Steps that are not named keep their id.</param>
    public async Task<Outcome<MigrationPlan>> PlanAsync(
        ProjectGrant grant, int automationId, IReadOnlyDictionary<string, string?> mapping, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var published = await database.Set<AutomationRow>().Where(row => row.ProjectId == grant.ProjectId && row.Id == automationId && !row.IsDeleted)
            .Select(row => row.PublishedVersion).SingleOrDefaultAsync(cancellationToken);
        if (published is not { } version || await _directory.VersionAsync(automationId, version, cancellationToken) is not { } definition)
        {
            return Refusal.NotFound("The automation does not exist, or was never published.");
        }
        if (mapping.Values.OfType<string>().FirstOrDefault(target => definition.Find(target) is null) is { } missing)
        {
            return Refusal.Invalid("mapping", $"Version {version} has no step {missing}.");
        }
        var found = await database.Set<RunRow>().Where(row => row.AutomationId == automationId && row.State == RunState.Running && row.Version != version)
            .GroupBy(row => new { row.Version, row.StepId }).Select(group => new { group.Key.Version, group.Key.StepId, Count = group.Count() }).ToListAsync(cancellationToken);
        return new MigrationPlan(version, [.. found.OrderBy(one => one.Version).ThenBy(one => one.StepId, StringComparer.Ordinal)
            .Select(one => new MigrationMove(one.Version, one.StepId, TargetOf(one.StepId, mapping, definition), one.Count))]);
    }

    static string? TargetOf(string? step, IReadOnlyDictionary<string, string?> mapping, AutomationDefinition definition) =>
        step is not null && mapping.TryGetValue(step, out var target) ? target : definition.Find(step)?.Id;

    /// <summary>Moves the runs that go on to the published version. A wait that has begun ends when it was to; runs whose step is gone end.</summary>
    public async Task<Outcome<MigrationPlan>> MigrateAsync(
        ProjectGrant grant, int automationId, IReadOnlyDictionary<string, string?> mapping, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        var outcome = await PlanAsync(grant, automationId, mapping, cancellationToken);
        if (outcome is not Outcome<MigrationPlan>.Done(var plan))
        {
            return outcome;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        foreach (var move in plan.Moves)
        {
            var rows = database.Set<RunRow>().Where(row => row.AutomationId == automationId && row.State == RunState.Running && row.Version == move.FromVersion && row.StepId == move.FromStep);
            if (move.ToStep is null && move.FromStep is not null)
            {
                var ids = await rows.Select(row => row.Id).ToListAsync(cancellationToken);
                foreach (var chunk in ids.Chunk(500))
                {
                    await _ending.EndAsync(all => all.Where(row => chunk.Contains(row.Id)), RunState.Exited, $"Step {move.FromStep} is not in version {plan.ToVersion}.", cancellationToken);
                }
            }
            else if (move.ToStep == move.FromStep)
            {
                await rows.ExecuteUpdateAsync(set => set.SetProperty(row => row.Version, plan.ToVersion).SetProperty(row => row.Pokes, row => row.Pokes + 1), cancellationToken);
            }
            else
            {
                await rows.ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.Version, plan.ToVersion).SetProperty(row => row.StepId, move.ToStep).SetProperty(row => row.WaitingSince, (long?)null)
                        .SetProperty(row => row.Deadline, (long?)null).SetProperty(row => row.Attempt, 0).SetProperty(row => row.LeaseOwner, (Guid?)null)
                        // What was begun, and what was heard, was of the step that it leaves.
                        .SetProperty(row => row.HasBegun, false).SetProperty(row => row.Signal, (string?)null)
                        .SetProperty(row => row.WakeAt, RunTable.Micros(_time.GetUtcNow())), cancellationToken);
            }
        }
        _activity.Add(database, ActivityEntry.In(grant, ActivityVerb.Updated, Resource.Automation, $"{automationId}", $"{plan.Moves.Sum(move => move.Count)} runs moved to version {plan.ToVersion}"));
        await database.SaveChangesAsync(cancellationToken);
        _wake.Up();
        return plan;
    }

    static AutomationRun ToRun(RunRow row) => new(
        row.Id, row.AutomationId, row.Version, row.PersonId, row.DistinctId, row.State, row.StepId, row.Reason, row.HasErrors, row.IsTest, RunTable.Moment(row.StartedAt),
        row.EndedAt is { } ended ? RunTable.Moment(ended) : null, row is { State: RunState.Running, WakeAt: { } wake } ? RunTable.Moment(wake) : null,
        row.ConvertedAt is { } converted ? RunTable.Moment(converted) : null);

    static Refusal? RefusalOf(ProjectGrant grant) =>
        grant.Allows(Resource.Automation, Level.Write) ? null : Refusal.Denied("You may look at automations here, not change them.");
}
