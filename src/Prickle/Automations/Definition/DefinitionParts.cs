using Prickle.Filters;

namespace Prickle.Automations.Definition;

/// <summary>What a definition names.</summary>
static class DefinitionParts
{
    /// <summary>Every condition with the step and field it stands in.</summary>
    public static IEnumerable<(string? Step, string Field, FilterGroup Filters)> FiltersOf(AutomationDefinition definition)
    {
        var trigger = definition.Trigger switch
        {
            EventTrigger one => one.Filters,
            ActionTrigger one => one.Filters,
            ThresholdTrigger one => one.Filters,
            _ => FilterGroup.Everything,
        };
        yield return (null, "trigger.filters", trigger);
        if (definition.Exit.When is { } exit)
        {
            yield return (null, "exit.when", exit);
        }
        foreach (var step in definition.Steps)
        {
            foreach (var (field, filters) in FiltersOf(step))
            {
                yield return (step.Id, field, filters);
            }
        }
    }

    public static IEnumerable<(string Field, FilterGroup Filters)> FiltersOf(AutomationStep step) => step switch
    {
        PauseUntilStep { When: { } when } => [("when", when)],
        BranchStep branch => branch.Branches.Where(way => way.When is not null).Select(way => ("branches", way.When)),
        FilterStep { When: { } when } => [("when", when)],
        DestinationStep { While: { } condition } => [("while", condition)],
        _ => [],
    };

    public static IEnumerable<(string? Step, string Field, int Cohort)> CohortsOf(AutomationDefinition definition) =>
        FiltersOf(definition).SelectMany(one => one.Filters.CohortIds.Select(cohort => (one.Step, one.Field, cohort)))
            .Concat(definition.Trigger switch
            {
                CohortTrigger { Cohort: var cohort } => [((string?)null, "trigger.cohort", cohort)],
                ScheduleTrigger { Cohort: { } cohort } => [((string?)null, "trigger.cohort", cohort)],
                _ => [],
            })
            .Concat(definition.Steps.OfType<DestinationStep>()
                .Where(step => step.Fields.TryGetValue("cohort", out var text) && int.TryParse(text, out _))
                .Select(step => ((string?)step.Id, "cohort", int.Parse(step.Fields["cohort"], System.Globalization.CultureInfo.InvariantCulture))));
}
