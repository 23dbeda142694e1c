namespace Prickle.House.Operations;

/// <summary>When an operation goes slower, and when it stops by itself: may be changed while it runs.</summary>
/// <param name="SlowQueries">Statements at work at once on a node: more, and it waits. 0 for never.</param>
/// <param name="StopQueries">More, and it pauses.</param>
/// <param name="SlowParts">Parts in a partition.</param>
/// <param name="StopParts">More, and it pauses.</param>
/// <param name="SlowDelay">Seconds that a replica is behind.</param>
/// <param name="StopDelay">More, and it pauses.</param>
/// <param name="PauseMilliseconds">Rest after each partition, so that others come to their turn.</param>
/// <param name="Threads">Threads of a statement that copies; 0 for what the server gives.</param>
/// <param name="Hours">When it works: <c>22:00-06:00</c>; empty for always.</param>
/// <param name="TimeZone">Of the hours.</param>
/// <param name="MostMinutes">It pauses when it has worked for so long since it was approved; 0 for never.</param>
public sealed record OperationThrottle(
    int SlowQueries = 50, int StopQueries = 200, int SlowParts = 200, int StopParts = 1000, int SlowDelay = 60, int StopDelay = 600, int PauseMilliseconds = 0, int Threads = 0,
    string Hours = "", string TimeZone = "UTC", int MostMinutes = 0);

/// <summary>An operation, and how far it is.</summary>
public sealed record Operation
{
    public required Guid Id { get; init; }
    public required int OrganizationId { get; init; }
    public required Guid ServerId { get; init; }
    public required OperationDefinition Definition { get; init; }
    public required string Hash { get; init; }
    public required OperationState State { get; init; }

    /// <summary>The step it is at; the number of steps when all are done.</summary>
    public int Step { get; init; }

    /// <summary>Why it is where it is: what failed, what it waits for.</summary>
    public string? Detail { get; init; }

    /// <summary>Somebody asked it to pause, and it has not come to a stop yet.</summary>
    public bool IsStopping { get; init; }
    public OperationThrottle Throttle { get; init; } = new();
    public OperationPlan? Plan { get; init; }
    public string CreatedBy { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public string? ApprovedBy { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When the tables that are kept are dropped.</summary>
    public DateTimeOffset? DropAt { get; init; }
    public int Version { get; init; }

    /// <summary>The gate that it waits at; null where it does not.</summary>
    public GateStep? Gate => State == OperationState.Paused && Step < Definition.Steps.Count && !IsStopping ? Definition.Steps[Step] as GateStep : null;
}

/// <summary>How far a step is on a node.</summary>
/// <param name="Node">Its name; empty for what concerns none.</param>
/// <param name="Done">Of <paramref name="All"/>: partitions, parts, or 1.</param>
public sealed record OperationProgress(int Step, string Node, StepState State, long Done, long All, string? Detail, DateTimeOffset StartedAt, DateTimeOffset? EndedAt);

/// <summary>Something that happened to an operation: each entry seals the one before.</summary>
/// <param name="What">A word: <c>planned</c>, <c>approved</c>, <c>ran</c>.</param>
/// <param name="Statement">What was sent to the server, with secrets masked.</param>
public sealed record OperationEvent(
    int Sequence, DateTimeOffset At, string Actor, string What, string? Detail, int? Step, string? Node, string? Statement, string? QueryId, string Hash);
