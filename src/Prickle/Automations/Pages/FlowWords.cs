using System.Globalization;
using MudBlazor;

namespace Prickle.Automations.Pages;

/// <summary>Triggers and steps as people read them.</summary>
static class FlowWords
{
    // What tells one message from another, the best first.
    static readonly string[] Telling = ["subject", "title", "channel", "flag", "repository", "event", "property", "url", "to"];

    static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    /// <summary>"When signed up happens".</summary>
    public static string Of(AutomationTrigger trigger, AutomationNames names) => trigger switch
    {
        EventTrigger { Events: [] } => "When an event happens that is not chosen yet",
        EventTrigger one => $"When {Any(one.Events)} happens{Where(one.Filters, names)}",
        ActionTrigger one => $"When {names.Action(one.Action)} is done{Where(one.Filters, names)}",
        ScheduleTrigger one => $"{CronWords.Of(one.Cron)}{(one.Cohort is { } cohort ? $", for each person in {names.Cohort(cohort)}" : "")}",
        ThresholdTrigger one => Threshold(one, names),
        WebhookTrigger => "When its address is called",
        ManualTrigger => "When somebody starts it",
        CohortTrigger one => $"When a person {(one.Change == CohortChange.Entered ? "comes into" : "leaves")} {names.Cohort(one.Cohort)}",
        FlagTrigger one => $"When {one.Flag ?? "any feature flag"} is changed",
        PreviewTrigger one => $"When {Preview(one.Change)} {(one.Flag is { } flag ? $"the preview {flag}" : "any preview")}{(one.Change == PreviewChange.StageChanged ? " changes" : "")}",
        _ => "When something happens",
    };

    /// <summary>What it is called among the kinds of triggers.</summary>
    public static string NameOf(AutomationTrigger trigger) => trigger switch
    {
        EventTrigger => "Event",
        ActionTrigger => "Action",
        ScheduleTrigger => "Schedule",
        ThresholdTrigger => "Threshold",
        WebhookTrigger => "Webhook",
        ManualTrigger => "By hand",
        CohortTrigger => "Cohort",
        FlagTrigger => "Feature flag",
        _ => "Preview",
    };

    public static string IconOf(AutomationTrigger trigger) => trigger switch
    {
        EventTrigger => Icons.Material.Outlined.Sensors,
        ActionTrigger => Icons.Material.Outlined.AdsClick,
        ScheduleTrigger => Icons.Material.Outlined.Schedule,
        ThresholdTrigger => Icons.Material.Outlined.Speed,
        WebhookTrigger => Icons.Material.Outlined.Webhook,
        ManualTrigger => Icons.Material.Outlined.TouchApp,
        CohortTrigger => Icons.Material.Outlined.Groups,
        FlagTrigger => Icons.Material.Outlined.Flag,
        _ => Icons.Material.Outlined.Science,
    };

    /// <summary>"wait for 2 hours".</summary>
    public static string Of(AutomationStep step, AutomationNames names) => step switch
    {
        PauseStep one => $"Wait for {one.For.Words}",
        PauseUntilStep one => $"Wait until {Until(one, names)}, {one.AtMost.Words} at most",
        PauseWindowStep one => string.Create(CultureInfo.InvariantCulture, $"Wait until it is between {one.From:HH\\:mm} and {one.To:HH\\:mm}{OnDays(one.Weekdays)}"),
        BranchStep { Branches: [{ When.IsEmpty: true }] } => "If a condition that is not chosen yet",
        BranchStep { Branches: [var only] } => $"If {names.Conditions(only.When)}",
        BranchStep one => $"Go by {one.Branches.Count} conditions",
        SplitStep one => $"Split by chance: {string.Join(", ", one.Parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Share:0.##} % {part.Name}")))}",
        FilterStep { When.IsEmpty: true } => "Go on only with those who fit a condition",
        FilterStep one => $"Go on only if {names.Conditions(one.When)}",
        DestinationStep one => Destination(one, names),
        _ => "Do something",
    };

    /// <summary>What a step is called: by people, else by what it does.</summary>
    public static string TitleOf(AutomationStep step, AutomationNames names) => step.Name is { Length: > 0 } name ? name : Of(step, names);

    /// <summary>The way in words: "if plan equals pro", "by chance A".</summary>
    public static string WayOf(AutomationStep step, int index, AutomationNames names) => (step, step.Ways.ElementAtOrDefault(index).Label) switch
    {
        (BranchStep branch, { } name) => name.Length > 0 ? name : names.Conditions(branch.Branches[index].When),
        (BranchStep, _) => "otherwise",
        (SplitStep split, { } name) => string.Create(CultureInfo.InvariantCulture, $"{name} · {split.Parts[index].Share:0.##} %"),
        (PauseUntilStep until, null) => until.Event is { Length: > 0 } && until.When is not { IsEmpty: false } ? $"{until.Event} happened" : "it came true",
        (PauseUntilStep until, _) => $"not within {until.AtMost.Words}",
        (_, var label) => label ?? "",
    };

    public static string IconOf(AutomationStep step, AutomationNames names) => step switch
    {
        PauseStep => Icons.Material.Outlined.HourglassEmpty,
        PauseUntilStep => Icons.Material.Outlined.NotificationsActive,
        PauseWindowStep => Icons.Material.Outlined.Schedule,
        BranchStep => Icons.Material.Outlined.AltRoute,
        SplitStep => Icons.Material.Outlined.CallSplit,
        FilterStep => Icons.Material.Outlined.FilterAlt,
        DestinationStep one => names.Kind(one.Kind)?.Icon ?? Icons.Material.Outlined.Send,
        _ => Icons.Material.Outlined.Bolt,
    };

    public static string Of(RunState state) => state switch
    {
        RunState.Running => "running",
        RunState.Completed => "completed",
        RunState.Converted => "converted",
        RunState.Exited => "ended early",
        RunState.Failed => "failed",
        _ => "cancelled",
    };

    public static string ChipOf(RunState state) => state switch
    {
        RunState.Completed or RunState.Converted => "success",
        RunState.Failed => "error",
        RunState.Running => "",
        _ => "plain",
    };

    public static string Of(StepState state) => state switch
    {
        StepState.Done => "done",
        StepState.Waiting => "waits",
        StepState.Retrying => "is tried again",
        StepState.Failed => "failed",
        StepState.Capped => "not sent: budget used up",
        StepState.OptedOut => "not sent: opted out",
        StepState.Uncertain => "uncertain",
        _ => "taken back",
    };

    public static string ChipOf(StepState state) => state switch
    {
        StepState.Done => "success",
        StepState.Failed => "error",
        StepState.Retrying or StepState.Uncertain or StepState.Capped => "warning",
        _ => "plain",
    };

    public static string Of(AutomationState state) => state switch
    {
        AutomationState.Draft => "draft",
        AutomationState.Active => "on",
        AutomationState.Paused => "paused",
        _ => "archived",
    };

    public static string ChipOf(AutomationState state) => state switch
    {
        AutomationState.Active => "success",
        AutomationState.Paused => "warning",
        _ => "plain",
    };

    /// <summary>"Monday, Tuesday"; empty for every day.</summary>
    public static string OnDays(IReadOnlyList<int> weekdays) => weekdays.Count is 0 or 7 ? ""
        : weekdays.Order().SequenceEqual([1, 2, 3, 4, 5]) ? " on weekdays"
        : $" on {string.Join(", ", weekdays.Order().Where(day => day is >= 0 and <= 6).Select(day => Days[day]))}";

    public static string Number(long count) => count.ToString("n0", CultureInfo.InvariantCulture);

    public static string Of(ThresholdMeasure measure) => measure switch
    {
        ThresholdMeasure.Count => "the number of",
        ThresholdMeasure.UniquePersons => "the number of persons with",
        ThresholdMeasure.Sum => "the sum of a property of",
        ThresholdMeasure.Average => "the average of a property of",
        ThresholdMeasure.Maximum => "the greatest value of a property of",
        _ => "the least value of a property of",
    };

    static string Threshold(ThresholdTrigger trigger, AutomationNames names)
    {
        var what = trigger.Insight is { } insight ? names.Insight(insight)
            : $"{Of(trigger.Measure).Replace("a property", trigger.Property is { Length: > 0 } property ? property : "a property")} {(trigger.Event is { Length: > 0 } name ? name : "an event that is not chosen yet")}{Where(trigger.Filters, names)}";
        var per = trigger.Per switch
        {
            ThresholdScope.Person => " for a person",
            ThresholdScope.Group => $" for a {names.GroupTypes.GetValueOrDefault(trigger.GroupTypeIndex ?? -1, "group")}",
            _ => "",
        };
        return string.Create(CultureInfo.InvariantCulture,
            $"When {what} within {trigger.Window.Words} {(trigger.Direction == ThresholdDirection.Above ? "rises above" : "falls below")} {trigger.Value:0.##}{per}");
    }

    static string Until(PauseUntilStep step, AutomationNames names) => (step.Event, step.When) switch
    {
        ({ Length: > 0 } name, { IsEmpty: false } when) => $"{name} happens{Where(step.EventFilters, names)} or {names.Conditions(when)}",
        ({ Length: > 0 } name, _) => $"{name} happens{Where(step.EventFilters, names)}",
        (_, { IsEmpty: false } when) => names.Conditions(when),
        _ => "something happens that is not chosen yet",
    };

    static string Destination(DestinationStep step, AutomationNames names)
    {
        var title = names.Kind(step.Kind)?.Title ?? (step.Kind.Length == 0 ? "Something" : step.Kind);
        var about = step.Fields.GetValueOrDefault("cohort") is { Length: > 0 } cohort && int.TryParse(cohort, CultureInfo.InvariantCulture, out var id) ? names.Cohort(id)
            : Telling.Select(field => step.Fields.GetValueOrDefault(field) ?? "").FirstOrDefault(text => text.Length > 0) ?? "";
        return about.Length > 0 ? $"{title}: {about}" : title;
    }

    static string Preview(PreviewChange change) => change switch
    {
        PreviewChange.Enabled => "somebody switches on",
        PreviewChange.Disabled => "somebody switches off",
        _ => "the stage of",
    };

    static string Where(Prickle.Filters.FilterGroup filters, AutomationNames names) => filters.IsEmpty ? "" : $" where {names.Conditions(filters)}";

    static string Any(IReadOnlyList<string> events) => events.Count <= 3 ? string.Join(" or ", events) : $"{string.Join(", ", events.Take(2))} or {events.Count - 2} more";
}
