using System.Text.Json.Serialization;
using Prickle.Filters;

namespace Prickle.Automations;

/// <summary>What begins runs of an automation.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(EventTrigger), "event")]
[JsonDerivedType(typeof(ActionTrigger), "action")]
[JsonDerivedType(typeof(ScheduleTrigger), "schedule")]
[JsonDerivedType(typeof(ThresholdTrigger), "threshold")]
[JsonDerivedType(typeof(WebhookTrigger), "webhook")]
[JsonDerivedType(typeof(ManualTrigger), "manual")]
[JsonDerivedType(typeof(CohortTrigger), "cohort")]
[JsonDerivedType(typeof(FlagTrigger), "flag")]
[JsonDerivedType(typeof(PreviewTrigger), "preview")]
public abstract record AutomationTrigger;

/// <summary>An event was captured and stored.</summary>
public sealed record EventTrigger : AutomationTrigger
{
    /// <summary>The names, of which one must be the event's.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>On the event, its person, groups and cohorts.</summary>
    public FilterGroup Filters { get; init; } = FilterGroup.Everything;

    /// <inheritdoc />
    public bool Equals(EventTrigger? other) => other is not null && Events.SequenceEqual(other.Events) && Filters.Equals(other.Filters);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Events.Count, Filters);
}

/// <summary>An event fitted an action.</summary>
/// <param name="Action">The id of the action.</param>
public sealed record ActionTrigger(int Action) : AutomationTrigger
{
    /// <summary>Beyond those of the action.</summary>
    public FilterGroup Filters { get; init; } = FilterGroup.Everything;
}

/// <summary>At these times: one run, or one for each member of a cohort.</summary>
/// <param name="Cron">Five fields: <c>0 9 * * 1</c> is Monday at nine.</param>
public sealed record ScheduleTrigger(string Cron) : AutomationTrigger
{
    /// <summary>IANA name; null for the project's.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Whose members each get a run; null for one run about nobody.</summary>
    public int? Cohort { get; init; }
}

/// <summary>What is counted within a window crossed a line. One run for each crossing.</summary>
/// <param name="Window">What is looked at: the last <c>10m</c>.</param>
/// <param name="Value">The line.</param>
public sealed record ThresholdTrigger(Period Window, double Value) : AutomationTrigger
{
    /// <summary>The event that is counted, or whose property is; null with an insight.</summary>
    public string? Event { get; init; }

    /// <summary>On the events.</summary>
    public FilterGroup Filters { get; init; } = FilterGroup.Everything;

    public ThresholdMeasure Measure { get; init; } = ThresholdMeasure.Count;

    /// <summary>The property that is added up; for the measures that need one.</summary>
    public string? Property { get; init; }

    /// <summary>A saved insight of one number or a trend (its last whole interval counts) in place of an event.</summary>
    public int? Insight { get; init; }

    public ThresholdDirection Direction { get; init; } = ThresholdDirection.Above;

    /// <summary>Where it counts as recovered: below the line (above it for the direction below). Null for the line itself.</summary>
    public double? Recovery { get; init; }

    /// <summary>The shortest time between two runs for the same person or group.</summary>
    public Period CoolDown { get; init; }

    /// <summary>Looked at for each of these by itself.</summary>
    public ThresholdScope Per { get; init; } = ThresholdScope.Project;

    /// <summary>For <see cref="ThresholdScope.Group"/>: the index of the type.</summary>
    public int? GroupTypeIndex { get; init; }
}

/// <summary>What a threshold looks at.</summary>
public enum ThresholdMeasure
{
    Count,
    UniquePersons,
    Sum,
    Average,
    Maximum,
    Minimum,
}

public enum ThresholdDirection
{
    Above,
    Below,
}

public enum ThresholdScope
{
    Project,
    Person,
    Group,
}

/// <summary>Somebody called the automation's own address.</summary>
public sealed record WebhookTrigger : AutomationTrigger
{
    /// <summary>The member of the body that holds a distinct id, dotted: <c>customer.id</c>. Null for runs about nobody.</summary>
    public string? DistinctIdFrom { get; init; } = "distinct_id";
}

/// <summary>Somebody starts it by hand or by the API, for a person or for a cohort.</summary>
public sealed record ManualTrigger : AutomationTrigger;

/// <summary>Somebody came into a cohort, or left it.</summary>
/// <param name="Cohort">The id of the cohort.</param>
public sealed record CohortTrigger(int Cohort) : AutomationTrigger
{
    public CohortChange Change { get; init; } = CohortChange.Entered;
}

public enum CohortChange
{
    Entered,
    Left,
}

/// <summary>A feature flag was made, changed, archived or deleted: one run about nobody.</summary>
public sealed record FlagTrigger : AutomationTrigger
{
    /// <summary>Null for every flag.</summary>
    public string? Flag { get; init; }
}

/// <summary>Somebody chose a preview, or its stage changed.</summary>
public sealed record PreviewTrigger : AutomationTrigger
{
    /// <summary>The key of its flag; null for every preview.</summary>
    public string? Flag { get; init; }

    public PreviewChange Change { get; init; } = PreviewChange.Enabled;
}

public enum PreviewChange
{
    Enabled,
    Disabled,
    StageChanged,
}
