using System.Text.RegularExpressions;
using Prickle.Automations.Definition;
using Prickle.Destinations;
using Prickle.Filters;

namespace Prickle.Automations.Pages;

/// <summary>What templates of a step can be filled with.</summary>
static partial class VariableOffers
{
    // A list that somebody reads through.
    const int Most = 150;

    static readonly IReadOnlyList<string> Types = [FilterTypes.Event, FilterTypes.Person, FilterTypes.Group];

    /// <summary>With the properties that events and persons of the project have.</summary>
    public static async Task<IReadOnlyList<TemplateVariable>> OfAsync(
        IFilterOffers offers, int projectId, AutomationDefinition definition, string stepId, AutomationNames names, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> events = definition.Trigger is EventTrigger trigger ? trigger.Events : [];
        var properties = await offers.PropertiesAsync(projectId, Types, events, cancellationToken);
        var known = Known(definition, stepId, names);
        return
        [
            .. known,
            .. properties.Where(offer => offer.Type switch
            {
                FilterTypes.Event => HasEvent(definition),
                FilterTypes.Person => TriggerCheck.HasPerson(definition.Trigger),
                _ => HasEvent(definition) && offer.GroupTypeIndex is not null,
            }).Select(offer => offer.Type switch
            {
                FilterTypes.Event => new TemplateVariable(Member("event.properties", offer.Key), "of the event"),
                FilterTypes.Person => new TemplateVariable(Member("person.properties", offer.Key), "of the person"),
                _ => new TemplateVariable(
                    Member($"{Member("groups", names.GroupTypes.GetValueOrDefault(offer.GroupTypeIndex!.Value, "group"))}.properties", offer.Key), "of the group"),
            }).DistinctBy(offer => offer.Path).ExceptBy(known.Select(one => one.Path), offer => offer.Path).Take(Most),
        ];
    }

    /// <summary>What is there without asking for properties.</summary>
    public static IReadOnlyList<TemplateVariable> Known(AutomationDefinition definition, string stepId, AutomationNames names)
    {
        var found = new List<TemplateVariable>();
        foreach (var step in BeforeOf(definition, stepId))
        {
            found.AddRange(OutputsOf(step).Select(output => new TemplateVariable(Member(Member("steps", step.Id), output), $"{FlowWords.TitleOf(step, names)}: {output.Replace('_', ' ')}")));
        }
        if (HasEvent(definition))
        {
            found.Add(new TemplateVariable("event.name", "Name of the event"));
            found.Add(new TemplateVariable("event.timestamp", "When it happened"));
            found.Add(new TemplateVariable("event", "The whole event as JSON"));
        }
        if (TriggerCheck.HasPerson(definition.Trigger))
        {
            found.Add(new TemplateVariable("person.distinct_id", "Distinct id"));
            found.Add(new TemplateVariable("person.properties.email", "E-mail address"));
            found.Add(new TemplateVariable("person.properties.name", "Name"));
        }
        found.AddRange(definition.Trigger switch
        {
            ThresholdTrigger => [new TemplateVariable("trigger.value", "The number that crossed the line")],
            WebhookTrigger => [new TemplateVariable("trigger.body", "The body of the call")],
            ManualTrigger => [new TemplateVariable("trigger.data", "What was given along"), new TemplateVariable("trigger.by", "Who started it")],
            FlagTrigger => [new TemplateVariable("trigger.flag", "The flag")],
            PreviewTrigger => [new TemplateVariable("trigger.flag", "The flag of the preview")],
            _ => Array.Empty<TemplateVariable>(),
        });
        found.Add(new TemplateVariable("project.name", "Name of the project"));
        found.Add(new TemplateVariable("automation.name", "Name of the automation"));
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
