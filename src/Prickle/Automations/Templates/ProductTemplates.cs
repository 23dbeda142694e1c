using Prickle.Filters;

namespace Prickle.Automations.Templates;

/// <summary>Changes of the product for those whom they concern.</summary>
static class ProductTemplates
{
    const string Group = "Change the product";

    public static readonly IReadOnlyList<AutomationTemplate> All =
    [
        new("cohort-while-active", "In a cohort while subscribed", "Puts people into a cohort when they subscribe and takes them out when their subscription is over.", Group,
            ["The event of subscribing", "A static cohort"], new AutomationDefinition
        {
            Trigger = new EventTrigger { Events = ["subscribed"] },
            Steps =
            [
                new DestinationStep("keep", "cohort_add")
                {
                    Fields = new Dictionary<string, string> { ["cohort"] = "" },
                    Undo = true,
                    While = FilterGroup.All([new PropertyFilter("subscription", "exact", ["active"], FilterTypes.Person)]),
                },
            ],
        }),
        new("beta-to-interested", "Beta for whoever asked", "Switches a flag on for everybody who switches a preview on, and thanks them.", Group,
            ["The feature flag of the beta", "The e-mail connection"], new AutomationDefinition
        {
            Trigger = new PreviewTrigger { Change = PreviewChange.Enabled },
            Entry = new EntryRule { OncePerPerson = true },
            Steps =
            [
                new DestinationStep("open", "flag_add") { Fields = new Dictionary<string, string> { ["flag"] = "" }, Undo = true, Next = "thank" },
                new DestinationStep("thank", "email")
                {
                    Fields = new Dictionary<string, string>
                    {
                        ["to"] = "{{ person.properties.email }}", ["subject"] = "You are in", ["body"] = "<p>The beta is on for you. Tell us what you think by answering this mail.</p>",
                    },
                    OnError = StepErrorRule.Continue,
                },
            ],
        }),
        new("power-user", "Mark power users", "Gives people a property and a cohort when they did something ten times within a week.", Group, ["The event that counts", "A static cohort"], new AutomationDefinition
        {
            Trigger = new EventTrigger { Events = ["report created"] },
            Entry = new EntryRule { Mask = new EntryMask(10, new Period(TimeSpan.FromDays(7)), PerPerson: true) },
            Steps =
            [
                new DestinationStep("mark", "person_property")
                {
                    Fields = new Dictionary<string, string> { ["operation"] = "set", ["property"] = "power_user", ["value"] = "true" }, Next = "cohort",
                },
                new DestinationStep("cohort", "cohort_add") { Fields = new Dictionary<string, string> { ["cohort"] = "" } },
            ],
        }),
        new("lead-webhook", "Lead from another system", "Takes a call from another system and captures an event of the person, so that everything else can use it.", Group, [], new AutomationDefinition
        {
            Trigger = new WebhookTrigger { DistinctIdFrom = "email" },
            Steps =
            [
                new DestinationStep("record", "capture")
                {
                    Fields = new Dictionary<string, string> { ["event"] = "lead received", ["properties"] = """{"from": {{ trigger.body.source }}}""", ["distinct_id"] = "" },
                },
            ],
        }),
    ];
}
