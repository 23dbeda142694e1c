namespace Prickle.House.Comparing;

/// <summary>Two statements that are to be run against each other.</summary>
/// <param name="Node">The address of one of the server's nodes.</param>
/// <param name="WarmUps">Runs of each that are not counted.</param>
/// <param name="Repeats">Runs of each that are.</param>
/// <param name="ColdCaches">Reads past the caches of pages and of results, as far as the node can.</param>
sealed record ComparisonRequest(Uri Node, string First, string Second, int WarmUps = 1, int Repeats = 7, bool ColdCaches = false)
{
    public const int MostWarmUps = 5;
    public const int FewestRepeats = 3;
    public const int MostRepeats = 30;
}

/// <summary>How far a comparison is.</summary>
public enum ComparisonState
{
    Running,
    Done,
    Failed,
    Cancelled,
}

/// <summary>A comparison that runs or ran.</summary>
/// <param name="Done">Runs that ended, of <paramref name="All"/>.</param>
/// <param name="Detail">Why it failed.</param>
sealed record Comparison(
    Guid Id, int OrganizationId, Guid Server, Guid UserId, ComparisonRequest Request, ComparisonState State, int Done, int All, string? Detail, ComparisonResult? Result, DateTimeOffset StartedAt)
{
    /// <summary>What the ids of its statements begin with.</summary>
    public const string QueryIds = "prickle-compare-";
}

/// <summary>What one statement took.</summary>
/// <param name="Milliseconds">Of each counted run, in their order.</param>
/// <param name="Memory">The most that a run held, by the node's log; null where it does not tell.</param>
public sealed record StatementFigures(IReadOnlyList<double> Milliseconds, double Median, long Rows, long Bytes, long? Memory);

/// <summary>What came of a comparison.</summary>
/// <param name="Difference">Median of the second less that of the first, in milliseconds.</param>
/// <param name="Low">Where the difference lies with 95 % confidence: at least.</param>
/// <param name="High">At most.</param>
/// <param name="AreEqual">Whether both give the same rows, whatever their order; null where that could not be told.</param>
/// <param name="Verdict">In words.</param>
public sealed record ComparisonResult(StatementFigures First, StatementFigures Second, double Difference, double Low, double High, bool? AreEqual, string Verdict);
