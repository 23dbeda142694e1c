using System.Collections.Frozen;

namespace Prickle.ClickHouse.Nodes;

/// <summary>
/// What a node has, found by looking and not by its version: which system tables with which columns, functions, table
/// functions and settings. Questions are written by it (<see cref="SystemQuery{T}"/>).
/// </summary>
public sealed record NodeCapabilities
{
    /// <summary>For people; nothing is decided by it.</summary>
    public required string Version { get; init; }

    /// <summary>The server's time zone: times without one mean it.</summary>
    public required string TimeZone { get; init; }

    /// <summary>What the node calls itself.</summary>
    public required string Host { get; init; }

    /// <summary>When it was started: what is counted since then begins anew.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>0 everything, 1 reading without settings, 2 reading with settings.</summary>
    public required int Readonly { get; init; }

    /// <summary>Whether it knows <c>{name:Type}</c>.</summary>
    public required bool TakesParameters { get; init; }

    /// <summary>Columns of the tables of database <c>system</c>.</summary>
    public required FrozenDictionary<string, FrozenSet<string>> Tables { get; init; }

    /// <summary>Names of functions.</summary>
    public required FrozenSet<string> Functions { get; init; }

    /// <summary>Names of table functions.</summary>
    public required FrozenSet<string> TableFunctions { get; init; }

    /// <summary>Names of settings of queries.</summary>
    public required FrozenSet<string> Settings { get; init; }

    /// <summary>Pieces that could not be looked at, with the reason: the user may lack a grant.</summary>
    public IReadOnlyList<string> NotSeen { get; init; } = [];

    /// <summary>Whether the user may send settings, limits among them.</summary>
    public bool MaySet => Readonly != 1;

    /// <summary>Whether the user may change anything.</summary>
    public bool MayWrite => Readonly == 0;

    /// <summary>Whether database <c>system</c> has the table.</summary>
    public bool Has(string table) => Tables.ContainsKey(table);

    /// <summary>Whether a table of database <c>system</c> has the column. Old servers show nested ones as <c>ProfileEvents.Names</c>.</summary>
    public bool Has(string table, string column) => Tables.TryGetValue(table, out var columns) && columns.Contains(column);

    /// <summary>The column where there is one, else an expression in its place.</summary>
    public string Column(string table, string column, string otherwise) => Has(table, column) ? column : otherwise;
}
