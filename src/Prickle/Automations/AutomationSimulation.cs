using Prickle.Accounts;
using Prickle.Automations.Engine;
using Prickle.Automations.Simulating;
using Prickle.Automations.Triggers;
using Prickle.Cohorts;

namespace Prickle.Automations;

/// <summary>What an automation would have done.</summary>
/// <param name="Matches">Events (or times) that fit the trigger.</param>
/// <param name="Runs">Runs that would have begun, by the entry rule.</param>
/// <param name="Persons">Different persons among them.</param>
/// <param name="Steps">How many runs came to each step, and which ways they took.</param>
/// <param name="Completed">Runs that came to their end.</param>
/// <param name="Converted">Runs that reached the goal.</param>
/// <param name="Exited">Runs that ended early.</param>
/// <param name="Waiting">Runs that would still wait now.</param>
/// <param name="Messages">Messages to people that would have gone out.</param>
/// <param name="Capped">Messages that the budget would have kept back.</param>
/// <param name="OptedOut">Messages to people who want none.</param>
/// <param name="Days">Runs that began on each day of the project.</param>
/// <param name="IsCut">There were more matches than are looked at: the newest count.</param>
public sealed record SimulationResult(
    long Matches, int Runs, int Persons, IReadOnlyList<SimulatedStep> Steps, int Completed, int Converted, int Exited, int Waiting, int Messages, int Capped, int OptedOut,
    IReadOnlyList<SimulatedDay> Days, bool IsCut);

/// <summary>How often runs came to a step; and by which way they left it (null for the plain one).</summary>
public sealed record SimulatedStep(string StepId, int Reached, IReadOnlyList<SimulatedWay> Ways);

public sealed record SimulatedWay(string? Way, int Count);

public sealed record SimulatedDay(DateOnly Day, int Runs);

/// <summary>
/// Runs a definition over what is stored, without effect: who would have begun, which ways they would have taken, how many
/// messages would have gone out. Waits are over when the stored events say so. Persons, groups and cohorts are taken as they are
/// now: what they were then is not kept.
/// </summary>
public sealed class AutomationSimulation
{
    public const int MostDays = 90;

    readonly StoredHistory _history;
    readonly ConditionSubjects _subjects;
    readonly MessageRulesBook _rules;
    readonly Destinations.DestinationKinds _kinds;
    readonly CohortQueries _cohorts;
    readonly TimeProvider _time;

    internal AutomationSimulation(
        StoredHistory history, ConditionSubjects subjects, MessageRulesBook rules, Destinations.DestinationKinds kinds, CohortQueries cohorts, TimeProvider time) =>
        (_history, _subjects, _rules, _kinds, _cohorts, _time) = (history, subjects, rules, kinds, cohorts, time);

    /// <param name="days">How far back: 1 to <see cref="MostDays"/>.</param>
    public async Task<Outcome<SimulationResult>> RunAsync(ProjectGrant grant, AutomationDefinition definition, int days, CancellationToken cancellationToken)
    {
        if (days is < 1 or > MostDays)
        {
            return Refusal.Invalid("days", $"One to {MostDays} days back.");
        }
        if (Definition.TriggerCheck.ProblemsOf(definition.Trigger).FirstOrDefault() is { } problem)
        {
            return Refusal.Invalid(problem.Field, problem.Detail);
        }
        var now = _time.GetUtcNow();
        var from = now.AddDays(-days);
        if (definition.Trigger is ScheduleTrigger schedule)
        {
            return await OfScheduleAsync(grant.Project, schedule, from, now, cancellationToken);
        }
        if (definition.Trigger is not (EventTrigger or ActionTrigger or PreviewTrigger))
        {
            return Refusal.Invalid("trigger", "What events, actions, previews and schedules begin can be simulated; of other triggers nothing is stored.");
        }
        var (matches, entries) = await _history.EntriesAsync(grant.Project, definition.Trigger, from, now, cancellationToken);
        var isCut = matches > entries.Count;
        var begun = EntrySieve.Let(definition.Entry, entries);
        var heard = await _history.HeardAsync(grant.Project, definition, begun, from, now, cancellationToken);
        var walk = new SimulatedWalk(definition, grant.Project, await _rules.FindAsync(grant.ProjectId, cancellationToken), _kinds, heard, now);
        foreach (var chunk in begun.Chunk(2000))
        {
            var subjects = await _subjects.OfAsync(
                grant.ProjectId, [.. chunk.Select(entry => new ConditionInput(entry.PersonId, entry.Properties, entry.ElementsChain, entry.Groups))],
                [.. Definition.DefinitionParts.FiltersOf(definition).Select(one => one.Filters), SimulatedWalk.AsksPerson], cancellationToken);
            for (var index = 0; index < chunk.Length; index++)
            {
                walk.Go(chunk[index], subjects[index]);
            }
        }
        return walk.Result(matches, begun, isCut);
    }

    async Task<Outcome<SimulationResult>> OfScheduleAsync(Project project, ScheduleTrigger schedule, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        List<DateTimeOffset> times = [];
        for (var next = ScheduleTimes.Next(schedule, project.Zone, from); next is { } at && at <= to && times.Count < 100_000; next = ScheduleTimes.Next(schedule, project.Zone, at))
        {
            times.Add(at);
        }
        var each = schedule.Cohort is { } cohort ? (int)((await _cohorts.FindAsync(project.Id, cohort, cancellationToken))?.Count ?? 0) : 1;
        return new SimulationResult(
            times.Count, times.Count * each, schedule.Cohort is null ? 0 : each, [], 0, 0, 0, 0, 0, 0, 0,
            [.. times.GroupBy(at => SimulatedWalk.DayOf(at, project.Zone)).Select(day => new SimulatedDay(day.Key, day.Count() * each))], false);
    }
}
