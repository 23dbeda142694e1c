namespace Prickle.Flags;

/// <summary>What a schedule does to a flag.</summary>
public abstract record FlagScheduledChange
{
    FlagScheduledChange()
    {
    }

    /// <summary>Switches it on or off.</summary>
    public sealed record Switch(bool IsOn) : FlagScheduledChange;

    /// <summary>Sets the roll-out of one condition set.</summary>
    /// <param name="Index">Where the set stood when the change was planned.</param>
    /// <param name="Set">The set as it stood: by its conditions it is found again, wherever it has moved.</param>
    public sealed record Rollout(int Index, FlagCondition Set, double Percentage) : FlagScheduledChange;

    /// <summary>Puts other filters in the place of all.</summary>
    public sealed record Replace(FlagFilters Filters) : FlagScheduledChange;
}

/// <summary>What became of a planned change.</summary>
public enum FlagStepState
{
    Waiting,
    /// <summary>It waits for somebody to let it go on.</summary>
    Paused,
    Applied,
    Refused,
    Cancelled,
}

/// <summary>A change of a flag at a time.</summary>
/// <param name="RampId">The same for all steps of a ramp; null for a change by itself.</param>
/// <param name="Detail">Why it was refused.</param>
/// <param name="DoneAt">When it was applied, refused or cancelled.</param>
public sealed record FlagStep(
    long Id, int FlagId, Guid? RampId, DateTimeOffset At, FlagScheduledChange Change, FlagStepState State, string? Detail, string CreatedBy,
    DateTimeOffset CreatedAt, DateTimeOffset? DoneAt)
{
    public bool IsToCome => State is FlagStepState.Waiting or FlagStepState.Paused;
}

/// <summary>A change to plan.</summary>
public sealed record FlagStepDraft(DateTimeOffset At, FlagScheduledChange Change);
