namespace Prickle.House.Alerts;

/// <summary>A line that a metric of a server's nodes must not cross.</summary>
public sealed record AlertRule
{
    /// <summary>An organization has at most so many.</summary>
    public const int Most = 200;

    public required Guid Id { get; init; }
    public required int OrganizationId { get; init; }
    public required Guid ServerId { get; init; }
    public required AlertTerms Terms { get; init; }
    public AlertWay? Way { get; init; }
    public bool Enabled { get; init; } = true;

    /// <summary>Until then nobody is told; what happens stands in the history all the same.</summary>
    public DateTimeOffset? MutedUntil { get; init; }
    public string CreatedBy { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public int Version { get; init; } = 1;
}

/// <summary>When a rule raises its alarm, and when it is over.</summary>
/// <param name="Metric">The key of a sampled metric.</param>
/// <param name="IsAbove">The alarm is above the line; else below it.</param>
/// <param name="Line">In the metric's unit.</param>
/// <param name="Recovery">The line that must be crossed back: as far as the first, or further, so that a value that trembles at the line does not ring again and again.</param>
/// <param name="Samples">How many readings in a row (one every fifteen seconds) it takes, both ways.</param>
/// <param name="SilentAfter">Minutes without a reading that are an alarm of their own; 0 for never.</param>
public sealed record AlertTerms(string Metric, bool IsAbove, double Line, double Recovery, int Samples = 2, int SilentAfter = 5)
{
    public bool IsCrossedBy(double value) => IsAbove ? value > Line : value < Line;

    public bool IsOverAt(double value) => IsAbove ? value <= Recovery : value >= Recovery;
}

/// <summary>How somebody is told: by a destination of a project, with the message's fields as templates.</summary>
public sealed record AlertWay(int ProjectId, string Kind, Guid DestinationId, IReadOnlyDictionary<string, string> Fields);

/// <summary>How a rule stands at a node.</summary>
enum AlertCondition
{
    Fine,
    Raised,
    /// <summary>Nothing was read off the node for too long.</summary>
    Silent,
}

/// <summary>What happened to a rule at a node.</summary>
enum AlertHappening
{
    Raised,
    Recovered,
    /// <summary>No reading for too long: that is an alarm, and never taken for health.</summary>
    WentSilent,
    /// <summary>There are readings again.</summary>
    Speaks,
}

/// <summary>How a rule stands at a node, with what it takes to decide the next reading.</summary>
/// <param name="Streak">Readings in a row that speak for a change.</param>
/// <param name="Since">When it came to stand so.</param>
/// <param name="ReadAt">The last reading.</param>
sealed record AlertStanding(AlertCondition Condition, int Streak, DateTimeOffset Since, DateTimeOffset ReadAt, double? Value);

/// <summary>An entry of the history.</summary>
sealed record AlertEntry(Guid Id, Guid RuleId, Guid ServerId, string Metric, string Node, AlertHappening Happening, double? Value, DateTimeOffset At, string? Told);
