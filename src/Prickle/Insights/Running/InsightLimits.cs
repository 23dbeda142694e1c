namespace Prickle.Insights.Running;

/// <summary>What one question may cost, and how many may be asked at once. The section Insights of the configuration.</summary>
public sealed record InsightLimits
{
    /// <summary>Longest run of a statement.</summary>
    public TimeSpan LongestRun { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Most memory of a statement, in bytes.</summary>
    public long MostMemory { get; init; } = 2L << 30;

    /// <summary>Most rows that a statement may read.</summary>
    public long MostRows { get; init; } = 5_000_000_000;

    /// <summary>Questions of one project that run at once; the others wait.</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>How long a question waits for its turn.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Memory for answers, in bytes.</summary>
    public long CacheSize { get; init; } = 64 << 20;

    /// <summary>How old an answer may be that is given without asking again.</summary>
    public TimeSpan Fresh { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The same for hours and for periods of at most a week.</summary>
    public TimeSpan FreshShort { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The same for what a link shows.</summary>
    public TimeSpan FreshShared { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// The same for a period that is not over where nothing was found yet, and in the first hour of a project: somebody waits
    /// for the first events to show.
    /// </summary>
    public TimeSpan FreshBeginning { get; init; } = TimeSpan.FromSeconds(10);

    internal IReadOnlyDictionary<string, object> Settings => new Dictionary<string, object>
    {
        ["max_execution_time"] = (int)Math.Ceiling(LongestRun.TotalSeconds),
        ["max_memory_usage"] = MostMemory,
        ["max_rows_to_read"] = MostRows,
        ["json_type_escape_dots_in_keys"] = 1,
        ["join_use_nulls"] = 1,
        ["optimize_read_in_order"] = 1,
        ["optimize_aggregation_in_order"] = 0,
    };
}
