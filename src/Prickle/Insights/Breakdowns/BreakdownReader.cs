using Prickle.ClickHouse;
using Prickle.Filters;

namespace Prickle.Insights.Breakdowns;

/// <summary>
/// The breakdown of a question as one text for each event, for every kind of question. Several values lie in it side by
/// side, so that they are grouped and compared as one.
/// </summary>
sealed class BreakdownReader(BreakdownFilter filter, QueryScope scope)
{
    const char Separator = '\u001f';
    const int UsualLimit = 25;

    IReadOnlyList<Breakdown> Breakdowns => filter.Breakdowns;

    public bool IsNone => Breakdowns.Count == 0;

    /// <summary>
    /// Cohorts stand side by side, one value each. An event may be in several: its row is there once for each of them, and
    /// not at all where it is in none.
    /// </summary>
    public bool IsCohorts => Breakdowns.Count > 0 && Breakdowns[0].Type == "cohort";

    /// <summary>Values of one label.</summary>
    public int Width => IsCohorts ? 1 : Breakdowns.Count;

    public string NoneValue => string.Join(Separator, Enumerable.Repeat(Breakdown.None, Width));

    public string OtherValue => string.Join(Separator, Enumerable.Repeat(Breakdown.Other, Width));

    public static IReadOnlyList<string> Split(string value) => value.Split(Separator);

    public static string Join(IEnumerable<string> values) => string.Join(Separator, values);

    /// <summary>How many values are shown by name. Cohorts and bins were asked for one by one.</summary>
    public int Limit(int usual = UsualLimit) => Math.Max(
        filter.BreakdownLimit ?? usual, IsCohorts ? Breakdowns.Count : Breakdowns.Max(one => one.HistogramBinCount ?? 0));

    /// <summary>The text of an event's values; a missing one is <see cref="Breakdown.None"/>, never NULL.</summary>
    /// <param name="bins">For each breakdown by number its bins; null for a question that has none.</param>
    public string Sql(SqlBuilder sql, RowJoins joins, IReadOnlyList<Bins?>? bins = null)
    {
        if (IsCohorts)
        {
            return $"arrayJoin(arrayFilter(member -> member != '', [{string.Join(", ", Breakdowns.Select(one => Member(one, sql)))}]))";
        }
        var parts = Breakdowns.Select((one, index) => bins?[index] is { } edges ? Binned(index, edges, sql, joins) : Text(one, sql, joins)).ToList();
        return parts.Count == 1 ? parts[0] : $"concat({string.Join($", '\\x1F', ", parts)})";
    }

    /// <summary>The number of an event for a histogram.</summary>
    public string Number(int breakdown, RowJoins joins) => $"toFloat64OrNull(toString({Value(Breakdowns[breakdown], joins)}))";

    string Member(Breakdown one, SqlBuilder sql) => one.Property == "all" ? "'all'"
        : $"if({FilterSql.Compile(new PropertyFilter("id", "in", [one.Property], "cohort"), scope.Scope(sql))}, {sql.Text(one.Property)}, '')";

    string Value(Breakdown one, RowJoins joins) => one.Type switch
    {
        "hogql" => scope.Expressions!.Sql(scope.Project.Id, one.Property),
        "person" => joins.Person(one.Property),
        "group" => joins.Group(one.GroupTypeIndex!.Value, one.Property),
        "session" => joins.Session(one.Property),
        "element" => ElementProperty.Sql(one.Property)!,
        _ => PropertyPath.Of(one.Property),
    };

    string Text(Breakdown one, SqlBuilder sql, RowJoins joins)
    {
        var text = $"toString({Value(one, joins)})";
        if (filter.PathCleaning && one.IsAddress)
        {
            text = PathCleaner.Sql(text, scope.Project.PathCleaningFilters, sql);
        }
        if (one.NormalizeUrl || (filter.NormalizeUrl && one.IsAddress))
        {
            // The root keeps its slash.
            text = $"if({text} != '', coalesce(nullIf(replaceRegexpOne(ifNull({text}, ''), '[/?#]+$', ''), ''), '/'), '')";
        }
        return $"ifNull(nullIf({text}, ''), {sql.Text(Breakdown.None)})";
    }

    string Binned(int index, Bins bins, SqlBuilder sql, RowJoins joins)
    {
        var number = Number(index, joins);
        // Beyond the edges an element that is not there: the empty text.
        return $"if(isNull({number}), {sql.Text(Breakdown.None)}, {sql.Texts(bins.Labels)}[toInt64(arrayCount(edge -> ifNull({number}, 0) >= edge, "
            + $"{sql.Value("Array(Float64)", bins.Edges.ToArray())}))])";
    }
}
