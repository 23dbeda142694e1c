using Prickle.Filters;

namespace Prickle.Automations.Templates;

/// <summary>Messages to the people who use a product.</summary>
static class CustomerTemplates
{
    const string Group = "Talk to customers";
    const string Sender = "The e-mail connection";

    public static readonly IReadOnlyList<AutomationTemplate> All =
    [
        new("welcome", "Welcome after sign-up", "Greets somebody ten minutes after they signed up, once.", Group, ["The event of signing up", Sender], new AutomationDefinition
        {
            Trigger = new EventTrigger { Events = ["signed up"] },
            Entry = new EntryRule { OncePerPerson = true },
            Steps =
            [
                new PauseStep("settle", Minutes(10)) { Next = "welcome" },
                Mail("welcome", "Welcome to {{ project.name }}", """
                    <p>Hello {{ person.properties.name | default: "there" }},</p>
                    <p>it is good to have you here. Answer this mail if anything is unclear.</p>
                    """),
            ],
        }),
        new("trial-ending", "Trial is about to end", "Reminds those who have not subscribed three days before their trial of 14 days ends.", Group,
            ["The events of starting a trial and of subscribing", Sender], new AutomationDefinition
        {
            Trigger = new EventTrigger { Events = ["trial started"] },
            Entry = new EntryRule { OncePerPerson = true },
            Exit = new ExitRule { OnConversion = true },
            Goal = new ConversionGoal("subscribed", Days(14)),
            Steps =
            [
                new PauseUntilStep("decide", Days(11)) { Event = "subscribed", OnTimeout = "daytime" },
                Daytime("daytime", "remind"),
                Mail("remind", "Your trial ends in three days", """
                    <p>Hello {{ person.properties.name | default: "there" }},</p>
                    <p>your trial ends in three days. Everything you made stays with you when you subscribe.</p>
                    """),
            ],
        }),
        new("abandoned-cart", "Remind who left the cart", "Writes to those who put something into the cart and do not order within four hours.", Group,
            ["The events of the cart and of the order", Sender], new AutomationDefinition
        {
            Trigger = new EventTrigger { Events = ["product added"] },
            Entry = new EntryRule { Mask = new EntryMask(1, Days(1), PerPerson: true) },
            Exit = new ExitRule { OnConversion = true },
            Goal = new ConversionGoal("order completed", Days(3)),
            Steps =
            [
                new PauseUntilStep("order", Hours(4)) { Event = "order completed", OnTimeout = "daytime" },
                Daytime("daytime", "remind"),
                Mail("remind", "Still thinking about it?", """
                    <p>You left {{ event.properties.product_name | default: "something" }} in your cart. It is still there.</p>
                    """),
            ],
        }),
        new("onboarding", "Onboarding by what people do", "Greets, waits for the first project, then praises, or helps: the sales team for large plans, a mail for the others.", Group,
            ["The events of signing up and of the first success", Sender, "The Slack connection and channel"], new AutomationDefinition
        {
            Trigger = new EventTrigger { Events = ["signed up"] },
            Entry = new EntryRule { OncePerPerson = true },
            Goal = new ConversionGoal("project created", Days(7)),
            Steps =
            [
                Mail("greet", "How to begin with {{ project.name }}", "<p>The first step is a project of your own. It takes two minutes.</p>") with { Next = "first" },
                new PauseUntilStep("first", Days(3)) { Event = "project created", Next = "praise", OnTimeout = "plan" },
                Mail("praise", "Your first project is there", "<p>Well done. Invite a colleague next.</p>") with { Next = "mark" },
                new BranchStep("plan") { Branches = [new ConditionBranch("large plan", Person("plan", "pro", "enterprise")) { Next = "sales" }], Next = "help" },
                Slack("sales", "{{ person.properties.email }} signed up for {{ person.properties.plan }} three days ago and has no project yet.") with { Next = "mark" },
                Mail("help", "Can we help?", "<p>Most people begin with an import. Here is how.</p>") with { Next = "mark" },
                new DestinationStep("mark", "person_property")
                {
                    Fields = new Dictionary<string, string> { ["operation"] = "set", ["property"] = "onboarding", ["value"] = "done" },
                },
            ],
        }),
        new("nps-after-a-week", "Ask for a score after a week", "Asks everybody a week after they signed up how likely they are to recommend you.", Group,
            ["The event of signing up", Sender, "The address of your survey"], new AutomationDefinition
        {
            Trigger = new EventTrigger { Events = ["signed up"] },
            Entry = new EntryRule { OncePerPerson = true },
            Steps =
            [
                new PauseStep("week", Days(7)) { Next = "daytime" },
                Daytime("daytime", "ask"),
                Mail("ask", "One question about {{ project.name }}", """
                    <p>How likely are you to recommend us, from 0 to 10?</p>
                    <p><a href="https://example.com/survey?id={{ person.distinct_id | url_encode }}">Answer in one click</a></p>
                    """),
            ],
        }),
        new("win-back", "Win back the inactive", "Writes to people who come into a cohort of the inactive, and once more when they stay away.", Group,
            ["The cohort of the inactive", Sender], new AutomationDefinition
        {
            Trigger = new CohortTrigger(0),
            Exit = new ExitRule { OnConversion = true },
            Goal = new ConversionGoal("$pageview", Days(14)),
            Steps =
            [
                Mail("miss", "What is new since you were here", "<p>A lot has changed. Here are the three things people like most.</p>") with { Next = "back" },
                new PauseUntilStep("back", Days(7)) { Event = "$pageview", OnTimeout = "again" },
                Mail("again", "Should we keep your account?", "<p>We have not seen you for a while. One visit keeps everything as it is.</p>"),
            ],
        }),
        new("subject-lines", "Try two subject lines", "Sends one of two mails by chance and counts who comes back.", Group, ["The event that begins it", Sender], new AutomationDefinition
        {
            Trigger = new EventTrigger { Events = ["newsletter subscribed"] },
            Entry = new EntryRule { OncePerPerson = true },
            Goal = new ConversionGoal("$pageview", Days(3)),
            Steps =
            [
                new SplitStep("chance") { Parts = [new SplitPart("short", 50) { Next = "short" }, new SplitPart("long", 50) { Next = "long" }] },
                Mail("short", "New this month", "<p>Here is what is new.</p>"),
                Mail("long", "Five things you can do now that you could not do in spring", "<p>Here is what is new.</p>"),
            ],
        }),
    ];

    static PauseWindowStep Daytime(string id, string next) => new(id, new TimeOnly(9, 0), new TimeOnly(19, 0)) { TimeZone = "person", Next = next };

    static DestinationStep Mail(string id, string subject, string body) => new(id, "email")
    {
        Fields = new Dictionary<string, string> { ["to"] = "{{ person.properties.email }}", ["subject"] = subject, ["body"] = body.TrimEnd() },
    };

    static DestinationStep Slack(string id, string text) => new(id, "slack") { Fields = new Dictionary<string, string> { ["channel"] = "", ["text"] = text } };

    static FilterGroup Person(string property, params string[] values) => FilterGroup.All([new PropertyFilter(property, "exact", values, FilterTypes.Person)]);

    static Period Minutes(double minutes) => new(TimeSpan.FromMinutes(minutes));

    static Period Hours(double hours) => new(TimeSpan.FromHours(hours));

    static Period Days(double days) => new(TimeSpan.FromDays(days));
}
