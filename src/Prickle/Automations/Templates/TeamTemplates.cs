using Prickle.Filters;

namespace Prickle.Automations.Templates;

/// <summary>Word to the people who make a product.</summary>
static class TeamTemplates
{
    const string Group = "Tell the team";
    const string Channel = "The Slack connection and channel";

    public static readonly IReadOnlyList<AutomationTemplate> All =
    [
        new("errors", "Too many errors", "Tells Slack once when more than 50 errors happen within ten minutes, and again only after an hour and a recovery.", Group, [Channel], new AutomationDefinition
        {
            Trigger = new ThresholdTrigger(new Period(TimeSpan.FromMinutes(10)), 50)
            {
                Event = "$exception", Recovery = 20, CoolDown = new Period(TimeSpan.FromHours(1)),
            },
            Steps = [Slack("tell", ":rotating_light: {{ trigger.value }} errors in {{ project.name }} within ten minutes.")],
        }),
        new("weekly-report", "Weekly reminder of the numbers", "Posts to Slack each Monday at nine where the week's numbers are.", Group, [Channel, "The address of your dashboard"], new AutomationDefinition
        {
            Trigger = new ScheduleTrigger("0 9 * * 1"),
            Steps = [Slack("post", "A new week: <https://example.com/dashboard|the numbers of {{ project.name }}>.")],
        }),
        new("big-order", "A large order came in", "Tells the sales team in Slack about orders above an amount.", Group, ["The event of the order and its amount", Channel], new AutomationDefinition
        {
            Trigger = new EventTrigger
            {
                Events = ["order completed"], Filters = FilterGroup.All([new PropertyFilter("revenue", "gte", ["500"])]),
            },
            Steps = [Slack("tell", ":moneybag: {{ person.properties.email | default: event.distinct_id }} ordered for {{ event.properties.revenue }}.")],
        }),
        new("bug-to-issue", "GitHub issue from a bug report", "Opens an issue for each bug that somebody reports, then tells Slack its number.", Group,
            ["The event of a bug report", "The GitHub connection and repository", Channel], new AutomationDefinition
        {
            Trigger = new EventTrigger { Events = ["bug reported"] },
            Steps =
            [
                new DestinationStep("issue", "github")
                {
                    Fields = new Dictionary<string, string>
                    {
                        ["repository"] = "",
                        ["title"] = "{{ event.properties.title | default: \"Bug report\" }}",
                        ["body"] = "{{ event.properties.description }}\n\nReported by {{ person.properties.email | default: event.distinct_id }} on {{ event.properties[\"$current_url\"] }}",
                        ["labels"] = "bug",
                    },
                    Next = "tell",
                },
                Slack("tell", "Bug report: {{ steps.issue.url }}") with { OnError = StepErrorRule.Continue },
            ],
        }),
    ];

    static DestinationStep Slack(string id, string text) => new(id, "slack") { Fields = new Dictionary<string, string> { ["channel"] = "", ["text"] = text } };
}
