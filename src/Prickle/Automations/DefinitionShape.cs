using System.Text.Json;

namespace Prickle.Automations;

/// <summary>Whether what was read has every part that a definition is made of: JSON may say null where there has to be something.</summary>
public static class DefinitionShape
{
    /// <summary>Reads a definition that somebody sent; the problem names the place.</summary>
    public static (AutomationDefinition? Definition, string Path, string? Problem) Read(JsonElement json)
    {
        try
        {
            var definition = json.Deserialize<AutomationDefinition>(AutomationJson.Options);
            return definition is null ? (null, "definition", "A definition is an object.")
                : ProblemOf(definition) is { } problem ? (null, "definition", problem) : (definition, "", null);
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException)
        {
            return (null, failure is JsonException { Path: { Length: > 1 } path } ? path.TrimStart('$', '.') : "definition", WordsOf(failure));
        }
    }

    /// <summary>What is missing; null when nothing is.</summary>
    public static string? ProblemOf(AutomationDefinition definition) =>
        definition.Trigger is null ? "There is no trigger."
        : definition.Entry is null || definition.Exit is null ? "entry and exit are objects."
        : definition.Steps is null || definition.Steps.Any(step => step is null) ? "A step is missing in the list of steps."
        : definition.Steps.FirstOrDefault(step => step.Id is null) is not null ? "A step has no id."
        : definition.Trigger switch
        {
            EventTrigger { Events: null } or EventTrigger { Filters: null } or ActionTrigger { Filters: null } or ThresholdTrigger { Filters: null } => "The trigger lacks a part: null stands where a value has to be.",
            ScheduleTrigger { Cron: null } => "A schedule has a cron.",
            _ => null,
        }
        ?? definition.Steps.Select(ProblemOf).FirstOrDefault(problem => problem is not null)
        ?? (definition.Goal is { Filters: null } ? "The filters of the goal are null." : null);

    static string? ProblemOf(AutomationStep step) => step switch
    {
        BranchStep branch when branch.Branches is null || branch.Branches.Any(way => way?.Name is null) => $"Step {step.Id} has a way without a name.",
        SplitStep split when split.Parts is null || split.Parts.Any(part => part?.Name is null) => $"Step {step.Id} has a way without a name.",
        PauseWindowStep { Weekdays: null } or PauseUntilStep { EventFilters: null } or FilterStep { When: null } => $"Step {step.Id} lacks a part: null stands where a value has to be.",
        DestinationStep { Kind: null } => $"Step {step.Id} does not say which kind of destination it is.",
        DestinationStep destination when destination.Fields is null || destination.Fields.Values.Any(value => value is null) => $"A field of step {step.Id} is null; leave it out.",
        _ => null,
    };

    internal static string WordsOf(Exception failure) => failure switch
    {
        NotSupportedException => "A trigger and each step say their type.",
        // The parts of the message that speak of lines, bytes and types of programs help nobody.
        _ when failure.Message.Contains("could not be mapped", StringComparison.Ordinal) => "There is no such member here.",
        _ when failure.Message.Contains("could not be converted", StringComparison.Ordinal) => "A value of another kind is expected here.",
        _ when failure.Message.Contains("type discriminator", StringComparison.Ordinal) => "There is no such type.",
        _ => failure.Message.Split(" Path: ", 2)[0],
    };
}
