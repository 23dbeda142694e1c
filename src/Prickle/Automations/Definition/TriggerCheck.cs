using Cronos;
using Prickle.Filters;

namespace Prickle.Automations.Definition;

/// <summary>What is wrong with a trigger by itself.</summary>
static class TriggerCheck
{
    const int MostEvents = 50;

    /// <summary>Whether its runs are about a person.</summary>
    public static bool HasPerson(AutomationTrigger trigger) => trigger switch
    {
        ScheduleTrigger { Cohort: null } or FlagTrigger or PreviewTrigger { Change: PreviewChange.StageChanged } or WebhookTrigger { DistinctIdFrom: null } => false,
        ThresholdTrigger { Per: var per } => per == ThresholdScope.Person,
        _ => true,
    };

    public static IEnumerable<AutomationProblem> ProblemsOf(AutomationTrigger trigger) => trigger switch
    {
        EventTrigger one => [.. EventProblems(one), .. FilterProblems(one.Filters)],
        ActionTrigger one => FilterProblems(one.Filters),
        ScheduleTrigger one => ScheduleProblems(one),
        ThresholdTrigger one => ThresholdProblems(one),
        _ => [],
    };

    static IEnumerable<AutomationProblem> EventProblems(EventTrigger trigger) =>
        trigger.Events.Count == 0 ? [Wrong("events", "Say which event begins a run.")]
        : trigger.Events.Count > MostEvents ? [Wrong("events", $"{MostEvents} events are the most.")]
        : trigger.Events.Any(string.IsNullOrWhiteSpace) ? [Wrong("events", "An event has a name.")]
        : [];

    static IEnumerable<AutomationProblem> FilterProblems(FilterGroup filters) =>
        FilterCheck.Refuse(filters, StepCheck.Types, "trigger.filters") is { } refusal ? [Wrong("filters", refusal.Detail)] : [];

    static IEnumerable<AutomationProblem> ScheduleProblems(ScheduleTrigger trigger)
    {
        if (!CronExpression.TryParse(trigger.Cron ?? "", out var cron))
        {
            yield return Wrong("cron", $"\"{trigger.Cron}\" is not a schedule: five fields, such as 0 9 * * 1 for Mondays at nine.");
        }
        else if (cron.GetNextOccurrence(DateTime.UnixEpoch) is null)
        {
            yield return Wrong("cron", $"\"{trigger.Cron}\" never comes.");
        }
        if (trigger.TimeZone is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            yield return Wrong("time_zone", $"'{zone}' is not a time zone; an example of one is Europe/Berlin.");
        }
    }

    static IEnumerable<AutomationProblem> ThresholdProblems(ThresholdTrigger trigger)
    {
        if (trigger.Insight is null == string.IsNullOrEmpty(trigger.Event))
        {
            yield return Wrong("event", "Say what is watched: an event or an insight, one of them.");
        }
        if (trigger.Window.Length < TimeSpan.FromMinutes(1) || trigger.Window.Length > TimeSpan.FromDays(31))
        {
            yield return Wrong("window", "A window is a minute to 31 days long.");
        }
        if (!double.IsFinite(trigger.Value))
        {
            yield return Wrong("value", "The line is a number.");
        }
        if (trigger.Recovery is { } recovery && (trigger.Direction == ThresholdDirection.Above ? recovery > trigger.Value : recovery < trigger.Value))
        {
            yield return Wrong("recovery", "It must recover on the other side of the line.");
        }
        if (trigger.Measure is not (ThresholdMeasure.Count or ThresholdMeasure.UniquePersons) && trigger.Insight is null && string.IsNullOrEmpty(trigger.Property))
        {
            yield return Wrong("property", "Say which property is meant.");
        }
        if (trigger.Insight is not null && trigger.Per != ThresholdScope.Project)
        {
            yield return Wrong("per", "An insight is watched for the project.");
        }
        if (trigger.Per == ThresholdScope.Group && trigger.GroupTypeIndex is null or < 0 or > 4)
        {
            yield return Wrong("group_type_index", "Say which type of group: a number from 0 to 4.");
        }
        if (trigger.Per != ThresholdScope.Project && trigger.Direction == ThresholdDirection.Below)
        {
            yield return Wrong("direction", "Who does nothing is not seen: below a line can be watched for the project alone.");
        }
        if (FilterCheck.Refuse(trigger.Filters, StepCheck.Types, "trigger.filters") is { } refusal)
        {
            yield return Wrong("filters", refusal.Detail);
        }
    }

    static AutomationProblem Wrong(string field, string detail) => new(null, $"trigger.{field}", detail);
}
