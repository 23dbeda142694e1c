using System.Text.Json;

namespace Prickle.Sql;

/// <summary>A statement to run in the sandbox.</summary>
public sealed record SqlRequest(string Statement)
{
    /// <summary>Values for <c>{variables.name}</c>; always bound as parameters, never part of the text.</summary>
    public IReadOnlyList<SqlVariable> Variables { get; init; } = [];

    /// <summary>What <c>{filters}</c> stands for; a statement that has no such place is not filtered.</summary>
    public SqlFilters Filters { get; init; } = new();

    /// <summary>The most rows wanted. Null: 100 when the statement has no LIMIT of its own, else as many as it says.</summary>
    public int? Limit { get; init; }

    /// <summary>The caller knows that much will be read.</summary>
    public bool Confirm { get; init; }

    /// <summary>The caller's name for this run, by which it can be asked about and cancelled.</summary>
    public string? ClientQueryId { get; init; }
}

/// <summary>What a variable may be.</summary>
public enum SqlVariableType
{
    String,
    Number,
    Boolean,
    List,
    Date,
}

/// <summary>A named value of a statement.</summary>
/// <param name="Value">The value; without one <paramref name="Default"/> holds.</param>
public sealed record SqlVariable(string Name, SqlVariableType Type, JsonElement? Value = null, JsonElement? Default = null);

/// <summary>The answer to a statement.</summary>
/// <param name="Columns">The columns' names, in their order.</param>
/// <param name="Types">Their ClickHouse types.</param>
/// <param name="Results">The rows, each an array of values.</param>
/// <param name="LimitApplied">The number of rows at which the result was cut; null when it is whole.</param>
/// <param name="Sql">The statement as it ran.</param>
public sealed record SqlAnswer(
    IReadOnlyList<string> Columns, IReadOnlyList<string> Types, IReadOnlyList<JsonElement> Results, int? LimitApplied,
    long RowsRead, long BytesRead, double ElapsedMs, string QueryId, string Sql);

/// <summary>A statement that would run, and what it would read.</summary>
/// <param name="EstimatedRows">What ClickHouse expects to read; 0 when nothing is stored that fits.</param>
/// <param name="IsHeavy">Running it asks for a confirmation.</param>
/// <param name="Variables">The names of the variables in it.</param>
public sealed record SqlEstimate(long EstimatedRows, bool IsHeavy, IReadOnlyList<string> Variables);

/// <summary>How far a running statement is.</summary>
public sealed record SqlProgress(long RowsRead, long BytesRead, long RowsExpected, double ElapsedMs);
