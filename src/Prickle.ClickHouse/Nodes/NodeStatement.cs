namespace Prickle.ClickHouse.Nodes;

/// <summary>One statement for one node.</summary>
/// <param name="Sql">Without a FORMAT clause; may hold <c>{name:Type}</c> for the values.</param>
public sealed record NodeStatement(string Sql)
{
    /// <summary>
    /// Values for <c>{name:Type}</c>, as text in ClickHouse's notation. They are never part of the statement: new servers take
    /// parameters, old ones (before 19.11) a table that comes with the request.
    /// </summary>
    public IReadOnlyList<(string Name, string Value)> Values { get; init; } = [];

    /// <summary>Settings for this statement; left out where the user may not change any (<see cref="NodeCapabilities.MaySet"/>).</summary>
    public IReadOnlyList<(string Name, string Value)> Settings { get; init; } = [];

    /// <summary>By what it is found in <c>system.processes</c>; null for one that the client makes.</summary>
    public string? QueryId { get; init; }

    /// <summary>The database that names without one are looked up in; null for the user's own.</summary>
    public string? Database { get; init; }

    /// <summary>
    /// Stands in for one that says more, for want of a piece that may come to be there, such as a log that has no line yet: the
    /// node is looked at again sooner.
    /// </summary>
    public bool IsSecondBest { get; init; }

    /// <summary>How long the answer may take in all; afterwards it is a failure of kind <see cref="NodeFailureKind.Hanging"/>.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many bytes the answer may have.</summary>
    public int LargestAnswer { get; init; } = 64 * 1024 * 1024;
}
