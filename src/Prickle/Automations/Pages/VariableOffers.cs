using System.Text.RegularExpressions;
using Prickle.Automations.Definition;
using Prickle.Filters;

namespace Prickle.Automations.Pages;

/// <summary>Something that a template can name.</summary>
/// <param name="Path">As Liquid writes it.</param>
/// <param name="Words">As people read it.</param>
public sealed record VariableOffer(string Group, string Path, string Words);

/// <summary>What templates of a step can be filled with.</summary>
static partial class VariableOffers
{
    static readonly IReadOnlyList<string> Types = [FilterTypes.Event, FilterTypes.Person, FilterTypes.Group];

    /// <summary>With the properties that events and persons of the project have.</summary>
    public static async Task<IReadOnlyList<VariableOffer>> OfAsync(
        IFilterOffers offers, int projectId, AutomationDefinition definition, string stepId, AutomationNames names, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> events = definition.Trigger is EventTrigger trigger ? trigger.Events : [];
        var properties = await offers.PropertiesAsync(projectId, Types, events, cancellationToken);
        return
        [
            .. Known(definition, stepId, names),
            .. properties.Where(offer => offer.Type switch
            {
                FilterTypes.Event => HasEvent(definition),
                FilterTypes.Person => TriggerCheck.HasPerson(definition.Trigger),
                _ => HasEvent(definition) && offer.GroupTypeIndex is not null,
            }).Select(offer => offer.Type switch
            {
                FilterTypes.Event => new VariableOffer("Properties of the event", Member("event.properties", offer.Key), offer.Label),
                FilterTypes.Person => new VariableOffer("Properties of the person", Member("person.properties", offer.Key), offer.Label),
                _ => new VariableOffer(
                    $"Properties of the {names.GroupTypes.GetValueOrDefault(offer.GroupTypeIndex!.Value, "group")}",
                    Member($"{Member("groups", names.GroupTypes.GetValueOrDefault(offer.GroupTypeIndex!.Value, "group"))}.properties", offer.Key), offer.Label),
            }),
        ];
    }

    /// <summary>What is there without asking for properties.</summary>
    public static IReadOnlyList<VariableOffer> Known(AutomationDefinition definition, string stepId, AutomationNames names)
    {
        var found = new List<VariableOffer>();
        foreach (var step in BeforeOf(definition, stepId))
        {
            found.AddRange(OutputsOf(step).Select(output => new VariableOffer("Earlier steps", Member(Member("steps", step.Id), output), $"{FlowWords.TitleOf(step, names)}: {output.Replace('_', ' ')}")));
        }
        if (HasEvent(definition))
        {
            found.Add(new VariableOffer("Event", "event.event", "Name of the event"));
            found.Add(new VariableOffer("Event", "event.timestamp", "When it happened"));
            found.Add(new VariableOffer("Event", "event", "The whole event as JSON"));
        }
        if (TriggerCheck.HasPerson(definition.Trigger))
        {
            found.Add(new VariableOffer("Person", "person.distinct_id", "Distinct id"));
            found.Add(new VariableOffer("Person", "person.properties.email", "E-mail address"));
            found.Add(new VariableOffer("Person", "person.properties.name", "Name"));
        }
        found.AddRange(definition.Trigger switch
        {
            ThresholdTrigger => [new VariableOffer("What began it", "trigger.value", "The number that crossed the line")],
            WebhookTrigger => [new VariableOffer("What began it", "trigger.body", "The body of the call")],
            ManualTrigger => [new VariableOffer("What began it", "trigger.data", "What was given along"), new VariableOffer("What began it", "trigger.by", "Who started it")],
            FlagTrigger => [new VariableOffer("What began it", "trigger.flag", "The flag")],
            PreviewTrigger => [new VariableOffer("What began it", "trigger.flag", "The flag of the preview")],
            _ => Array.Empty<VariableOffer>(),
        });
        found.Add(new VariableOffer("Project", "project.name", "Name of the project"));
        found.Add(new VariableOffer("Project", "automation.name", "Name of the automation"));
        return found;
    }

    /// <summary>A member as Liquid reaches it: with brackets where its name is no plain word.</summary>
    public static string Member(string of, string name) => PlainName().IsMatch(name) ? $"{of}.{name}" : $"{of}[\"{name.Replace("\"", "", StringComparison.Ordinal)}\"]";

    static bool HasEvent(AutomationDefinition definition) => definition.Trigger is EventTrigger or ActionTrigger;

    static IEnumerable<AutomationStep> BeforeOf(AutomationDefinition definition, string stepId) =>
        definition.Steps.Where(step => step.Id != stepId && FlowGraph.ReachedFrom(definition, step.Id, new HashSet<string>()).ContainsKey(stepId));

    // What the kinds give: an issue's number and address, a message's time, an answer's status and body.
    static IReadOnlyList<string> OutputsOf(AutomationStep step) => step switch
    {
        DestinationStep { Kind: "github" } => ["number", "url"],
        DestinationStep { Kind: "slack" } => ["channel", "ts"],
        DestinationStep { Kind: "webhook" } => ["status", "body"],
        PauseUntilStep => ["matched"],
        BranchStep or SplitStep => ["way"],
        _ => [],
    };

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex PlainName();
}
