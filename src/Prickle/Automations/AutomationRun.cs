using System.Text.Json.Nodes;

namespace Prickle.Automations;

/// <summary>Where a run is, or how it ended.</summary>
public enum RunState
{
    /// <summary>A step is due, or it waits.</summary>
    Running,
    /// <summary>It came to its end.</summary>
    Completed,
    /// <summary>The goal was reached and the rule says that this ends it.</summary>
    Converted,
    /// <summary>It ended early: the exit rule, a filter, a step that a new version has no more.</summary>
    Exited,
    /// <summary>A step failed for good.</summary>
    Failed,
    /// <summary>Somebody ended it, or the person is gone.</summary>
    Cancelled,
}

/// <summary>What became of a step.</summary>
public enum StepState
{
    Done,
    /// <summary>The run waits here.</summary>
    Waiting,
    /// <summary>It is tried again.</summary>
    Retrying,
    Failed,
    /// <summary>Not sent: the budget of messages is used up.</summary>
    Capped,
    /// <summary>Not sent: the person wants no messages.</summary>
    OptedOut,
    /// <summary>Nobody knows whether it arrived, and it is not sent twice.</summary>
    Uncertain,
    /// <summary>Taken back.</summary>
    Undone,
}

/// <summary>A run as lists show it.</summary>
/// <param name="Reason">Why it ended, or what it waits for.</param>
/// <param name="WakeAt">When it goes on; null once it is over.</param>
public sealed record AutomationRun(
    Guid Id, int AutomationId, int Version, Guid? PersonId, string? DistinctId, RunState State, string? StepId, string? Reason, bool HasErrors, bool IsTest,
    DateTimeOffset StartedAt, DateTimeOffset? EndedAt, DateTimeOffset? WakeAt, DateTimeOffset? ConvertedAt);

/// <summary>A run with all that happened in it.</summary>
/// <param name="Context">The event that began it, groups and outputs.</param>
public sealed record AutomationRunDetail(AutomationRun Run, JsonObject Context, IReadOnlyList<RunStep> Steps);

/// <summary>One thing that happened in a run.</summary>
/// <param name="Kind">The type of the step, or the kind of the destination.</param>
/// <param name="Data"><c>input</c> (fields as rendered), <c>output</c>, <c>exchange</c> (request, status, response); secrets masked.</param>
public sealed record RunStep(
    int Number, string StepId, string Kind, int Attempt, StepState State, string Detail, JsonObject? Data, DateTimeOffset At, TimeSpan Took);

/// <summary>What messages to people keep to, over all automations of a project.</summary>
public sealed record MessageRules
{
    public const string DefaultOptOutProperty = "$opted_out_of_messages";

    /// <summary>For one person on one day of their calendar; null for any number.</summary>
    public int? MessagesPerDay { get; init; }

    /// <summary>Local time of the person; both or none. May go over midnight.</summary>
    public TimeOnly? QuietFrom { get; init; }
    public TimeOnly? QuietTo { get; init; }

    /// <summary>Whoever has this person property set to true gets none.</summary>
    public string OptOutProperty { get; init; } = DefaultOptOutProperty;
}
