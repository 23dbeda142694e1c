using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Prickle.Accounts;
using Prickle.Automations.Storage;
using Prickle.Automations.Triggers;
using Prickle.Destinations;
using Prickle.Filters;
using Prickle.Persons;

namespace Prickle.Automations.Engine;

/// <summary>
/// Takes a leased run as far as it goes now: to its end, to a wait, or over one delivery that must not happen twice. Nothing
/// is saved here; what was done is in the progress it gives.
/// </summary>
sealed class RunStepper(
    AutomationDirectory directory, ProjectDirectory projects, PersonLookup persons, ConditionSubjects subjects, DestinationDelivery delivery, TimeProvider time)
{
    // A circle with a wait comes by here once a round; more in one go are somebody's mistake.
    const int MostAtOnce = 50;

    /// <summary>How soon a wait for a condition is looked at again although nobody told: cohorts change by themselves.</summary>
    public static readonly TimeSpan Recheck = TimeSpan.FromMinutes(5);

    public async Task<RunProgress> AdvanceAsync(RunRow run, Guid lease, CancellationToken cancellationToken)
    {
        var work = new RunWork(run, lease, time.GetUtcNow());
        if (await directory.VersionAsync(run.AutomationId, run.Version, cancellationToken) is not { } definition
            || await projects.FindAsync(run.ProjectId, cancellationToken) is not { } project)
        {
            work.End(RunState.Failed, "Its version is gone.");
            return work.Progress;
        }
        work.Begin(definition, project, await PersonOfAsync(run, cancellationToken));
        if (run.OriginNames.Count >= OriginChain.Deepest)
        {
            work.End(RunState.Failed, $"Automations begin one another: after {OriginChain.Deepest} in a row it stops here.");
            return work.Progress;
        }
        if (run.Signal is { } signal && RunSignal.Read(signal) is { IsGoal: true } && definition.Exit.OnConversion)
        {
            work.Convert();
            work.End(RunState.Converted, "The goal was reached.");
            return work.Progress;
        }
        for (var count = 0; count < MostAtOnce && work.IsGoingOn; count++)
        {
            await StepAsync(work, cancellationToken);
        }
        return work.Progress;
    }

    async Task StepAsync(RunWork work, CancellationToken cancellationToken)
    {
        if (work.Run.StepId is null)
        {
            work.End(RunState.Completed, work.Run.HasErrors ? "It came to its end; a step had failed." : "It came to its end.");
            return;
        }
        if (work.Definition.Find(work.Run.StepId) is not { } step)
        {
            work.End(RunState.Exited, $"Step {work.Run.StepId} is not in version {work.Run.Version}.");
            return;
        }
        if (work.Definition.Exit.When is { } exit && work.Person is not null && await FitsAsync(work, exit, cancellationToken))
        {
            work.End(RunState.Exited, "The person fits the exit rule.");
            return;
        }
        switch (step)
        {
            case PauseStep pause:
                Pause(work, pause);
                break;
            case PauseUntilStep until:
                await PauseUntilAsync(work, until, cancellationToken);
                break;
            case PauseWindowStep window:
                PauseForWindow(work, window);
                break;
            case BranchStep branch:
                await BranchAsync(work, branch, cancellationToken);
                break;
            case SplitStep split:
                var part = SplitChoice.Of(split, work.Run.Id);
                work.Leave(split, "split", $"By chance: {part.Name}.", part.Next, new JsonObject { ["way"] = part.Name });
                break;
            case FilterStep filter:
                await FilterAsync(work, filter, cancellationToken);
                break;
            case DestinationStep destination:
                await delivery.DeliverAsync(work, destination, cancellationToken);
                break;
            default:
                throw new UnreachableException($"{step.GetType().Name} has no way to be run");
        }
    }

    static void Pause(RunWork work, PauseStep step)
    {
        if (!work.HasArrived)
        {
            work.Wait(step, work.Now + step.For.Length, null, RunAwaits.None, $"Waits for {step.For.Words}.");
        }
        else if (work.IsOver)
        {
            work.Leave(step, "pause", $"Waited for {step.For.Words}.", step.Next);
        }
        else
        {
            work.WaitOn(null);
        }
    }

    async Task PauseUntilAsync(RunWork work, PauseUntilStep step, CancellationToken cancellationToken)
    {
        if (step.Event is { Length: > 0 } && work.Run.Signal is { } text && RunSignal.Read(text) is { IsGoal: false } signal && signal.Step == step.Id)
        {
            work.Leave(step, "pause_until", $"{step.Event} happened.", step.Next, new JsonObject { ["matched"] = true, ["event"] = signal.Event });
            return;
        }
        if (step.When is { IsEmpty: false } when && await FitsAsync(work, when, cancellationToken))
        {
            work.Leave(step, "pause_until", "The condition holds.", step.Next, new JsonObject { ["matched"] = true });
            return;
        }
        TimeSpan? recheck = step.When is { IsEmpty: false } || work.Definition.Exit.When is not null ? Recheck : null;
        if (!work.HasArrived)
        {
            var awaits = (step.Event is { Length: > 0 } ? RunAwaits.Event : RunAwaits.None) | (recheck is null ? RunAwaits.None : RunAwaits.Person);
            work.Wait(step, work.Now + step.AtMost.Length, recheck, awaits, WaitWords(step));
        }
        else if (work.IsOver)
        {
            work.Leave(step, "pause_until", $"The time of {step.AtMost.Words} was over.", step.OnTimeout, new JsonObject { ["matched"] = false });
        }
        else
        {
            work.WaitOn(recheck);
        }
    }

    static string WaitWords(PauseUntilStep step) => (step.Event, step.When) switch
    {
        ({ Length: > 0 } name, { IsEmpty: false }) => $"Waits for {name} or the condition, {step.AtMost.Words} at most.",
        ({ Length: > 0 } name, _) => $"Waits for {name}, {step.AtMost.Words} at most.",
        _ => $"Waits for the condition, {step.AtMost.Words} at most.",
    };

    static void PauseForWindow(RunWork work, PauseWindowStep step)
    {
        var zone = step.TimeZone switch
        {
            null => work.Project.Zone,
            "person" => work.Person?.ZoneOr(work.Project.Zone, work.Context.EventProperties) ?? work.Project.Zone,
            var name => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var own) ? own : work.Project.Zone,
        };
        var next = LocalWindow.Next(work.Now, zone, step.From, step.To, step.Weekdays);
        if (next <= work.Now)
        {
            work.Leave(step, "pause_window", "Within the window.", step.Next);
        }
        else if (!work.HasArrived)
        {
            work.Wait(step, next, null, RunAwaits.None, $"Waits for {step.From:HH\\:mm} in {zone.Id}.");
        }
        else
        {
            // The clock of the person may have changed: it is asked anew.
            work.WaitOn(next - work.Now);
        }
    }

    async Task BranchAsync(RunWork work, BranchStep step, CancellationToken cancellationToken)
    {
        var subject = await SubjectAsync(work, [.. step.Branches.Select(branch => branch.When)], cancellationToken);
        foreach (var branch in step.Branches)
        {
            if (FilterMatcher.Matches(branch.When, subject))
            {
                work.Leave(step, "branch", $"Fits \"{branch.Name}\".", branch.Next, new JsonObject { ["way"] = branch.Name });
                return;
            }
        }
        work.Leave(step, "branch", "Fits none of the conditions.", step.Next, new JsonObject { ["way"] = null });
    }

    async Task FilterAsync(RunWork work, FilterStep step, CancellationToken cancellationToken)
    {
        if (await FitsAsync(work, step.When, cancellationToken))
        {
            work.Leave(step, "filter", "Fits.", step.Next);
            return;
        }
        work.Note(step.Id, "filter", StepState.Done, "Does not fit.");
        work.End(RunState.Exited, $"It did not fit the filter {step.Name ?? step.Id}.");
    }

    async Task<bool> FitsAsync(RunWork work, FilterGroup filters, CancellationToken cancellationToken) =>
        FilterMatcher.Matches(filters, await SubjectAsync(work, [filters], cancellationToken));

    async Task<FilterSubject> SubjectAsync(RunWork work, IReadOnlyCollection<FilterGroup> asked, CancellationToken cancellationToken)
    {
        var found = await subjects.OfAsync(
            work.Run.ProjectId, [new ConditionInput(work.Person?.Id, work.Context.EventProperties, work.Context.ElementsChain, work.Context.Groups)], asked, cancellationToken);
        return work.Person is { Properties: var properties } ? found[0] with { Person = properties } : found[0];
    }

    /// <summary>By the distinct id: whoever became part of another is found there.</summary>
    async Task<RunPerson?> PersonOfAsync(RunRow run, CancellationToken cancellationToken)
    {
        if (run.DistinctId is not { } distinctId)
        {
            return null;
        }
        var known = await persons.FindAsync(run.ProjectId, distinctId, cancellationToken);
        return new RunPerson(known.PersonId, distinctId, known.Properties);
    }
}
