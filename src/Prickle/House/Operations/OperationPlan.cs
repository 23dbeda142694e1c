namespace Prickle.House.Operations;

/// <summary>How much a finding matters.</summary>
public enum FindingWeight
{
    /// <summary>Worth knowing.</summary>
    Note,
    /// <summary>Whoever approves had better know it.</summary>
    Warning,
    /// <summary>It cannot be approved like this.</summary>
    Error,
}

/// <summary>What speaks against an operation, by its text alone or by what the server is like now.</summary>
/// <param name="Step">Which step; null for the whole.</param>
public sealed record OperationFinding(FindingWeight Weight, string Text, int? Step = null);

/// <summary>The dry run of an operation: nothing was changed for it.</summary>
public sealed record OperationPlan
{
    public required DateTimeOffset At { get; init; }
    public required IReadOnlyList<PlannedStep> Steps { get; init; }
    public required IReadOnlyList<OperationFinding> Findings { get; init; }

    /// <summary>It cannot be taken back, or takes rows away: somebody other than its author approves it.</summary>
    public required bool IsDestructive { get; init; }
    public bool HasErrors => Findings.Any(finding => finding.Weight == FindingWeight.Error);
}

/// <summary>What a step will do.</summary>
/// <param name="Undo">How it is taken back, in words or SQL; null where nothing takes it back.</param>
public sealed record PlannedStep(string Title, IReadOnlyList<PlannedNode> Nodes, string? Undo)
{
    /// <summary>Nothing needs to be taken back.</summary>
    public bool NeedsNoUndo { get; init; }
}

/// <summary>What a step will do on a node.</summary>
/// <param name="Statements">As they will be sent; of many alike, the first few.</param>
/// <param name="Found">What its check says now: "not done yet".</param>
/// <param name="Pieces">How many partitions, parts or statements it has.</param>
/// <param name="Rows">Rows that it reads or writes.</param>
/// <param name="Bytes">Bytes on disk that it needs.</param>
public sealed record PlannedNode(string Node, IReadOnlyList<string> Statements, string Found, long Pieces = 1, long Rows = 0, long Bytes = 0)
{
    /// <summary>By how fast this table's parts were written lately; null where the server does not tell.</summary>
    public double? Seconds { get; init; }
}
