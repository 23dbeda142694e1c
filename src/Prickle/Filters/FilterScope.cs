using Prickle.ClickHouse;

namespace Prickle.Filters;

/// <summary>What a filter is compiled against: the statement that takes its values, the project, and where the row has things.</summary>
/// <param name="Sql">Takes the values as parameters.</param>
/// <param name="ProjectId">The project whose persons, groups and cohorts are meant.</param>
/// <param name="Now">What relative dates are relative to.</param>
public sealed record FilterScope(SqlBuilder Sql, int ProjectId, DateTimeOffset Now)
{
    /// <summary>What the rows are.</summary>
    public FilterRow Row { get; init; } = FilterRow.Events;

    /// <summary>Where days begin: that of the project.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>For rows of groups: their type.</summary>
    public int? GroupTypeIndex { get; init; }

    /// <summary>
    /// The database of one project's views, where the statement reads those in place of the product's tables: they hold no
    /// other project, and who an event belongs to is resolved in them. Null for the product's tables.
    /// </summary>
    public string? Views { get; init; }

    /// <summary>The SQL expressions that have passed the check: no other is compiled.</summary>
    public CheckedExpressions? Expressions { get; init; }
}

/// <summary>Tables that a filter can stand on.</summary>
public enum FilterRow
{
    /// <summary><c>events</c>, with its own column names.</summary>
    Events,
    /// <summary><c>persons FINAL</c>: person and cohort filters only.</summary>
    Persons,
    /// <summary><c>groups FINAL</c> of one type: group filters only.</summary>
    Groups,
    /// <summary>
    /// <c>sessions GROUP BY session_id</c>, the condition after HAVING, with a column <c>person</c>: session, person and cohort
    /// filters only.
    /// </summary>
    Sessions,
}
