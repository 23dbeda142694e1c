using Prickle.Filters;

namespace Prickle.Automations.Definition;

/// <summary>What is wrong with a step by itself.</summary>
static class StepCheck
{
    const int MostWays = 20;

    /// <summary>What conditions of runs may look at: what can be judged in memory.</summary>
    public static readonly IReadOnlyList<string> Types =
        [FilterTypes.Event, FilterTypes.Person, FilterTypes.Group, FilterTypes.Element, FilterTypes.Cohort, FilterTypes.Feature];

    /// <summary>The same of an event by itself.</summary>
    public static readonly IReadOnlyList<string> EventTypes = [FilterTypes.Event, FilterTypes.Element, FilterTypes.Feature];

    /// <summary>The same of somebody by themselves.</summary>
    public static readonly IReadOnlyList<string> PersonTypes = [FilterTypes.Person, FilterTypes.Group, FilterTypes.Cohort];

    public static IEnumerable<AutomationProblem> ProblemsOf(AutomationStep step, bool hasPerson) => step switch
    {
        PauseStep pause => pause.For.Length > TimeSpan.Zero ? [] : [new AutomationProblem(step.Id, "for", "A pause takes some time: 2h.")],
        PauseUntilStep until => UntilProblems(until, hasPerson),
        PauseWindowStep window => WindowProblems(window),
        BranchStep branch => BranchProblems(branch),
        SplitStep split => SplitProblems(split),
        FilterStep filter => Filters(step.Id, "when", filter.When, Types),
        DestinationStep destination => DestinationProblems(destination, hasPerson),
        _ => [],
    };

    static IEnumerable<AutomationProblem> UntilProblems(PauseUntilStep step, bool hasPerson)
    {
        if (step.AtMost.Length <= TimeSpan.Zero)
        {
            yield return new AutomationProblem(step.Id, "at_most", "Say how long it waits at most: 3d.");
        }
        if (string.IsNullOrEmpty(step.Event) && step.When is not { IsEmpty: false })
        {
            yield return new AutomationProblem(step.Id, "event", "Say what it waits for: an event or a condition.");
        }
        if (!hasPerson)
        {
            yield return new AutomationProblem(step.Id, "event", "This trigger is about nobody, so there is nobody to wait for.");
        }
        foreach (var problem in Filters(step.Id, "event_filters", step.EventFilters, EventTypes).Concat(Filters(step.Id, "when", step.When, PersonTypes)))
        {
            yield return problem;
        }
    }

    static IEnumerable<AutomationProblem> WindowProblems(PauseWindowStep step)
    {
        if (step.From >= step.To)
        {
            yield return new AutomationProblem(step.Id, "to", "A window ends after it begins, on the same day.");
        }
        if (step.Weekdays.Any(day => day is < 0 or > 6))
        {
            yield return new AutomationProblem(step.Id, "weekdays", "Weekdays are numbers from 0 (Sunday) to 6.");
        }
        if (step.TimeZone is { } zone and not "person" && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            yield return new AutomationProblem(step.Id, "time_zone", $"'{zone}' is not a time zone; an example of one is Europe/Berlin.");
        }
    }

    static IEnumerable<AutomationProblem> BranchProblems(BranchStep step)
    {
        if (step.Branches.Count is 0 or > MostWays)
        {
            yield return new AutomationProblem(step.Id, "branches", $"A branch has one to {MostWays} ways beside the plain one.");
        }
        if (step.Branches.GroupBy(branch => branch.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            yield return new AutomationProblem(step.Id, "branches", $"Two ways are called \"{twice.Key}\".");
        }
        foreach (var branch in step.Branches)
        {
            if (branch.When is null or { IsEmpty: true })
            {
                yield return new AutomationProblem(step.Id, "branches", $"The way \"{branch.Name}\" needs a condition.");
                continue;
            }
            foreach (var problem in Filters(step.Id, "branches", branch.When, Types))
            {
                yield return problem;
            }
        }
    }

    static IEnumerable<AutomationProblem> SplitProblems(SplitStep step)
    {
        if (step.Parts.Count is < 2 or > MostWays)
        {
            yield return new AutomationProblem(step.Id, "parts", $"A split has two to {MostWays} ways.");
        }
        if (step.Parts.Any(part => part.Share is < 0 or > 100) || Math.Abs(step.Parts.Sum(part => part.Share) - 100) > 0.001)
        {
            yield return new AutomationProblem(step.Id, "parts", FormattableString.Invariant($"The shares add up to {step.Parts.Sum(part => part.Share):0.##} in place of 100."));
        }
        if (step.Parts.GroupBy(part => part.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            yield return new AutomationProblem(step.Id, "parts", $"Two ways are called \"{twice.Key}\".");
        }
    }

    static IEnumerable<AutomationProblem> DestinationProblems(DestinationStep step, bool hasPerson)
    {
        if (step.While is { } condition)
        {
            if (!step.Undo)
            {
                yield return new AutomationProblem(step.Id, "while", "What holds only while a condition does has to be taken back: set undo.");
            }
            if (condition.IsEmpty || !hasPerson)
            {
                yield return new AutomationProblem(step.Id, "while", hasPerson ? "The condition is empty." : "This trigger is about nobody, so no condition can be looked at.");
            }
            foreach (var problem in Filters(step.Id, "while", condition, PersonTypes))
            {
                yield return problem;
            }
        }
    }

    static IEnumerable<AutomationProblem> Filters(string step, string field, FilterGroup? filters, IReadOnlyList<string> types) =>
        filters is not null && FilterCheck.Refuse(filters, types, field) is { } refusal ? [new AutomationProblem(step, field, refusal.Detail)] : [];
}
