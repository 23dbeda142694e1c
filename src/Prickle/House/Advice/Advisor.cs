using Prickle.ClickHouse.Nodes;

namespace Prickle.House.Advice;

/// <summary>Looks for one kind of thing that could be better. Each asks one question of a node.</summary>
/// <param name="Key">In addresses and the API.</param>
/// <param name="Title">For people.</param>
/// <param name="Question">What is asked; a node may lack what it takes.</param>
sealed record Advisor(string Key, string Title, SystemQuery<Finding> Question)
{
    /// <summary>All of them, in the order they are shown.</summary>
    public static IReadOnlyList<Advisor> All { get; } =
    [
        new(PartAdvice.TooManyKey, "Too many parts", PartAdvice.TooMany),
        new(PartAdvice.DetachedKey, "Detached parts", PartAdvice.Detached),
        new(LogAdvice.Key, "Logs that only grow", LogAdvice.WithoutEnd),
        new(InsertAdvice.Key, "Small inserts", InsertAdvice.Small),
        new(ColumnAdvice.UnusedKey, "Columns nobody reads", ColumnAdvice.Unused),
        new(ColumnAdvice.LargeKey, "Columns that compress badly", ColumnAdvice.Large),
    ];

    /// <summary>The limits of every question.</summary>
    public static readonly (string, string)[] Limits = [("max_execution_time", "20"), ("max_threads", "2")];

    /// <summary>How long a question may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static NodeStatement Statement(string sql) => new(sql) { Settings = Limits, Deadline = Patience };
}
