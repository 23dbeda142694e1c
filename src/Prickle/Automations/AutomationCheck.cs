using Cronos;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Automations.Definition;
using Prickle.Cohorts;
using Prickle.Destinations;
using Prickle.Filters;
using Prickle.Flags;

namespace Prickle.Automations;

/// <summary>Says what is wrong with a definition, naming the step, and what may be: all of it at once.</summary>
public sealed class AutomationCheck
{
    readonly IActionDirectory _actions;
    readonly ICohortDirectory _cohorts;
    readonly FlagQueries _flags;
    readonly DestinationKinds _kinds;
    readonly DestinationSender _sender;

    internal AutomationCheck(IActionDirectory actions, ICohortDirectory cohorts, FlagQueries flags, DestinationKinds kinds, DestinationSender sender) =>
        (_actions, _cohorts, _flags, _kinds, _sender) = (actions, cohorts, flags, kinds, sender);

    /// <summary>Everything that stands against publishing, and warnings.</summary>
    public async Task<IReadOnlyList<AutomationProblem>> ProblemsOfAsync(int projectId, AutomationDefinition definition, CancellationToken cancellationToken)
    {
        List<AutomationProblem> problems =
        [
            .. TriggerCheck.ProblemsOf(definition.Trigger), .. EntryProblems(definition), .. FlowCheck.ProblemsOf(definition.Steps),
            .. definition.Steps.SelectMany(step => StepCheck.ProblemsOf(step, TriggerCheck.HasPerson(definition.Trigger))),
            .. LoopCheck.WarningsOf(definition),
        ];
        problems.AddRange(await ReferenceProblemsAsync(projectId, definition, cancellationToken));
        foreach (var step in definition.Steps.OfType<DestinationStep>())
        {
            problems.AddRange(await DestinationProblemsAsync(projectId, definition, step, cancellationToken));
        }
        return problems;
    }

    static IEnumerable<AutomationProblem> EntryProblems(AutomationDefinition definition)
    {
        if (definition.Entry.Mask is { } mask)
        {
            if (definition.Trigger is not (EventTrigger or ActionTrigger or PreviewTrigger))
            {
                yield return new AutomationProblem(null, "entry.mask", "Only matches of events can be counted.");
            }
            if (mask.Every is < 1 or > 1_000_000)
            {
                yield return new AutomationProblem(null, "entry.mask.every", "Each first to each millionth match can begin a run.");
            }
            if (mask.Within.Length <= TimeSpan.Zero)
            {
                yield return new AutomationProblem(null, "entry.mask.within", "Say within which time matches are counted: 1h.");
            }
        }
        if ((definition.Entry.OncePerPerson || definition.Entry.Mask?.PerPerson == true) && !TriggerCheck.HasPerson(definition.Trigger))
        {
            yield return new AutomationProblem(null, "entry", "This trigger is about nobody, so nothing can be counted for a person.");
        }
        if (definition.Exit.When is { } when && FilterCheck.Refuse(when, StepCheck.PersonTypes, "exit.when") is { } refusal)
        {
            yield return new AutomationProblem(null, "exit.when", refusal.Detail);
        }
        if (definition.Exit.OnConversion && definition.Goal is null)
        {
            yield return new AutomationProblem(null, "goal", "The run ends when the goal is reached, but there is no goal.");
        }
        if (definition.Goal is { } goal)
        {
            if (string.IsNullOrEmpty(goal.Event))
            {
                yield return new AutomationProblem(null, "goal.event", "Say which event reaches the goal.");
            }
            if (goal.Within.Length <= TimeSpan.Zero)
            {
                yield return new AutomationProblem(null, "goal.within", "Say for how long reaching the goal counts: 7d.");
            }
            if (FilterCheck.Refuse(goal.Filters, StepCheck.EventTypes, "goal.filters") is { } wrong)
            {
                yield return new AutomationProblem(null, "goal.filters", wrong.Detail);
            }
        }
    }

    async Task<IReadOnlyList<AutomationProblem>> ReferenceProblemsAsync(int projectId, AutomationDefinition definition, CancellationToken cancellationToken)
    {
        var problems = new List<AutomationProblem>();
        if (definition.Trigger is ActionTrigger { Action: var action } && !(await _actions.OfProjectAsync(projectId, cancellationToken)).ContainsKey(action))
        {
            problems.Add(new AutomationProblem(null, "trigger.action", action == 0 ? "Choose an action." : $"The action {action} does not exist."));
        }
        if (definition.Trigger is FlagTrigger { Flag: { } flag } && await _flags.FindByKeyAsync(projectId, flag, cancellationToken) is null)
        {
            problems.Add(new AutomationProblem(null, "trigger.flag", $"The flag {flag} does not exist."));
        }
        var named = DefinitionParts.CohortsOf(definition).ToList();
        var found = named.Count == 0 ? new Dictionary<int, CohortEntry>()
            : await _cohorts.FindAsync(projectId, [.. named.Select(one => one.Cohort).Distinct()], cancellationToken);
        problems.AddRange(
            from one in named
            where !found.TryGetValue(one.Cohort, out var cohort) || cohort.IsDeleted
            select new AutomationProblem(one.Step, one.Field, one.Cohort == 0 ? "Choose a cohort." : $"The cohort {one.Cohort} does not exist."));
        return problems;
    }

    async Task<IEnumerable<AutomationProblem>> DestinationProblemsAsync(
        int projectId, AutomationDefinition definition, DestinationStep step, CancellationToken cancellationToken)
    {
        var problems = (await _sender.CheckAsync(projectId, step.Kind, step.Destination, step.Fields, cancellationToken))
            .Select(problem => new AutomationProblem(step.Id, problem.Field, problem.Detail)).ToList();
        if (_kinds.Find(step.Kind) is not { } kind)
        {
            return problems;
        }
        if (kind.NeedsPerson && !TriggerCheck.HasPerson(definition.Trigger))
        {
            problems.Add(new AutomationProblem(step.Id, "kind", $"{kind.Title} needs a person, and this trigger is about nobody."));
        }
        if ((step.Undo || step.While is not null) && !kind.CanUndo)
        {
            problems.Add(new AutomationProblem(step.Id, "undo", $"{kind.Title} cannot be taken back."));
        }
        return problems;
    }
}
