namespace Prickle.House.Operations;

/// <summary>How far an operation is.</summary>
public enum OperationState
{
    /// <summary>Being written.</summary>
    Draft,
    /// <summary>Its dry run is there; it waits for approval.</summary>
    Planned,
    /// <summary>Approved; another one on the same server may be at it.</summary>
    Queued,
    Running,
    /// <summary>Waits because the server has much to do.</summary>
    Throttled,
    /// <summary>Somebody stopped it, a gate waits for a go, or the server is not well.</summary>
    Paused,
    Failed,
    RollingBack,
    RolledBack,
    RollbackFailed,
    /// <summary>Done; old tables are still there, and everything can be undone until they are dropped.</summary>
    Keeping,
    Succeeded,
    Cancelled,
}

/// <summary>How far a step is on a node.</summary>
public enum StepState
{
    Pending,
    Running,
    Waiting,
    Done,
    /// <summary>Its check said that it had been done before.</summary>
    Skipped,
    Failed,
    Undoing,
    Undone,
    UndoFailed,
}

/// <summary>From where to where an operation goes: everything else is refused.</summary>
public static class OperationMoves
{
    static readonly (OperationState From, OperationState To)[] All =
    [
        (OperationState.Draft, OperationState.Draft), (OperationState.Draft, OperationState.Planned), (OperationState.Draft, OperationState.Cancelled),
        (OperationState.Planned, OperationState.Draft), (OperationState.Planned, OperationState.Planned), (OperationState.Planned, OperationState.Queued), (OperationState.Planned, OperationState.Cancelled),
        (OperationState.Queued, OperationState.Running), (OperationState.Queued, OperationState.Paused), (OperationState.Queued, OperationState.Cancelled),
        (OperationState.Running, OperationState.Throttled), (OperationState.Running, OperationState.Paused), (OperationState.Running, OperationState.Failed),
        (OperationState.Running, OperationState.RollingBack), (OperationState.Running, OperationState.Keeping), (OperationState.Running, OperationState.Succeeded),
        (OperationState.Throttled, OperationState.Running), (OperationState.Throttled, OperationState.Paused), (OperationState.Throttled, OperationState.Failed),
        (OperationState.Throttled, OperationState.RollingBack),
        (OperationState.Paused, OperationState.Queued), (OperationState.Paused, OperationState.RollingBack),
        (OperationState.Failed, OperationState.Queued), (OperationState.Failed, OperationState.RollingBack),
        (OperationState.RollingBack, OperationState.RolledBack), (OperationState.RollingBack, OperationState.RollbackFailed),
        (OperationState.RollbackFailed, OperationState.RollingBack),
        (OperationState.Keeping, OperationState.RollingBack), (OperationState.Keeping, OperationState.Succeeded),
    ];

    /// <summary>Those that somebody works at.</summary>
    public static readonly IReadOnlyList<OperationState> Working = [OperationState.Queued, OperationState.Running, OperationState.Throttled, OperationState.RollingBack];

    public static bool Allows(OperationState from, OperationState to) => All.Contains((from, to));

    /// <summary>Where it may come from.</summary>
    public static IReadOnlyList<OperationState> Into(OperationState to) => [.. All.Where(move => move.To == to).Select(move => move.From)];

    /// <summary>Whether nothing more becomes of it.</summary>
    public static bool IsOver(this OperationState state) => state is OperationState.Succeeded or OperationState.RolledBack or OperationState.Cancelled;
}
