using Prickle.Filters;

namespace Prickle.Automations.Definition;

/// <summary>Sees before publishing that an automation can begin itself.</summary>
static class LoopCheck
{
    public static IEnumerable<AutomationProblem> WarningsOf(AutomationDefinition definition) => definition.Trigger switch
    {
        EventTrigger trigger => definition.Steps.OfType<DestinationStep>()
            .Where(step => step.Fields.TryGetValue("event", out var name) && trigger.Events.Contains(name))
            .Select(step => Warning(step, $"Step {step.Id} captures \"{step.Fields["event"]}\", which begins this automation again; it stops after {OriginChain.Deepest} rounds.")),
        CohortTrigger trigger => definition.Steps.OfType<DestinationStep>()
            .Where(step => step.Fields.GetValueOrDefault("cohort") == trigger.Cohort.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .Select(step => Warning(step, $"Step {step.Id} changes the cohort that begins this automation.")),
        FlagTrigger trigger => definition.Steps.OfType<DestinationStep>()
            .Where(step => step.Fields.TryGetValue("flag", out var flag) && (trigger.Flag ?? flag) == flag)
            .Select(step => Warning(step, $"Step {step.Id} may change the flag that begins this automation.")),
        _ => [],
    };

    static AutomationProblem Warning(DestinationStep step, string detail) => new(step.Id, "fields", detail, IsWarning: true);
}
