using System.Globalization;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Filters;

namespace Prickle.Insights.Trends;

/// <summary>Edges of a histogram's bins, one more than bins.</summary>
sealed record Bins(IReadOnlyList<double> Edges)
{
    public string[] Labels => [.. Edges.Zip(Edges.Skip(1), (from, to) =>
        string.Create(CultureInfo.InvariantCulture, $"[{from},{to}]"))];

    /// <summary>The single bin that a label names; null where it is none.</summary>
    public static Bins? Read(string label)
    {
        var parts = label.Trim('[', ']').Split(',');
        return parts.Length == 2 && double.TryParse(parts[0], CultureInfo.InvariantCulture, out var from)
            && double.TryParse(parts[1], CultureInfo.InvariantCulture, out var to) ? new Bins([from, to]) : null;
    }
}

/// <summary>
/// The breakdown of a question as one text for each event: <c>b</c>. Several values lie in it side by side, so that
/// they are grouped and compared as one.
/// </summary>
sealed class BreakdownSql(BreakdownFilter filter, QueryScope scope)
{
    const char Separator = '\u001f';

    IReadOnlyList<Breakdown> Breakdowns => filter.Breakdowns;

    public bool IsNone => Breakdowns.Count == 0;

    /// <summary>Cohorts stand side by side, one value each; an event may be in several.</summary>
    bool IsCohorts => Breakdowns.Count > 0 && Breakdowns[0].Type == "cohort";

    int Width => IsCohorts ? 1 : Breakdowns.Count;

    public string NoneValue => string.Join(Separator, Enumerable.Repeat(Breakdown.None, Width));

    public string OtherValue => string.Join(Separator, Enumerable.Repeat(Breakdown.Other, Width));

    public static IReadOnlyList<string> Split(string value) => value.Split(Separator);

    public static string Join(IReadOnlyList<string> values) => string.Join(Separator, values);

    public int Limit(TrendsDisplay display) => Math.Max(
        filter.BreakdownLimit ?? (display == TrendsDisplay.WorldMap ? 300 : 25),
        IsCohorts ? Breakdowns.Count : Breakdowns.Max(one => one.HistogramBinCount ?? 0));

    public static Refusal? Check(BreakdownFilter filter)
    {
        if (filter.BreakdownLimit is < 1 or > 1000)
        {
            return Refusal.Invalid("breakdown_limit", "The limit of a breakdown lies between 1 and 1000.");
        }
        var cohorts = filter.Breakdowns.Count(one => one.Type == "cohort");
        if (cohorts > 0 && cohorts < filter.Breakdowns.Count)
        {
            return Refusal.Invalid("breakdowns", "Cohorts cannot be combined with other breakdowns.");
        }
        if (filter.Breakdowns.Count > (cohorts > 0 ? 50 : 3))
        {
            return Refusal.Invalid("breakdowns", cohorts > 0 ? "At most 50 cohorts." : "At most three breakdowns at once.");
        }
        return filter.Breakdowns.Select(CheckOne).FirstOrDefault(refusal => refusal is not null);
    }

    static Refusal? CheckOne(Breakdown one) => one.Type switch
    {
        not ("hogql" or "event" or "person" or "group" or "session" or "cohort") => Refusal.Invalid("breakdowns", $"'{one.Type}' is nothing to break down by."),
        "cohort" when FilterOperator.Find("in") is null => Refusal.Invalid("breakdowns", "Cohorts are not available."),
        "cohort" when one.Property != "all" && !int.TryParse(one.Property, NumberStyles.None, CultureInfo.InvariantCulture, out _) =>
            Refusal.Invalid("breakdowns", $"'{one.Property}' is no cohort: its id, or all."),
        "group" when one.GroupTypeIndex is not (>= 0 and <= 4) => Refusal.Invalid("breakdowns", "A breakdown by group needs its type, from 0 to 4."),
        "session" when SessionProperty.Sql(one.Property) is null => Refusal.Invalid("breakdowns", $"Sessions have no property '{one.Property}'."),
        _ when string.IsNullOrEmpty(one.Property) => Refusal.Invalid("breakdowns", "A breakdown needs a property."),
        _ when one.HistogramBinCount is < 1 or > 100 => Refusal.Invalid("histogram_bin_count", "A histogram has 1 to 100 bins."),
        _ => null,
    };

    /// <summary>The text of an event's values.</summary>
    public string Sql(SqlBuilder sql, RowJoins joins, IReadOnlyList<Bins?> bins)
    {
        if (IsCohorts)
        {
            return $"arrayJoin(arrayFilter(member -> member != '', [{string.Join(", ", Breakdowns.Select(one => Member(one, sql)))}]))";
        }
        var parts = Breakdowns.Select((one, index) => bins[index] is { } edges ? Binned(one, edges, sql, joins) : Text(one, sql, joins)).ToList();
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
        _ => PropertyPath.Of(one.Property),
    };

    string Text(Breakdown one, SqlBuilder sql, RowJoins joins)
    {
        var text = $"toString({Value(one, joins)})";
        if (one.NormalizeUrl)
        {
            // The root keeps its slash.
            text = $"if({text} != '', coalesce(nullIf(replaceRegexpOne(ifNull({text}, ''), '[/?#]+$', ''), ''), '/'), '')";
        }
        return $"ifNull(nullIf({text}, ''), {sql.Text(Breakdown.None)})";
    }

    string Binned(Breakdown one, Bins bins, SqlBuilder sql, RowJoins joins)
    {
        var number = Number(IndexOf(one), joins);
        // Beyond the edges an element that is not there: the empty text.
        return $"if(isNull({number}), {sql.Text(Breakdown.None)}, {sql.Texts(bins.Labels)}[toInt64(arrayCount(edge -> ifNull({number}, 0) >= edge, "
            + $"{sql.Value("Array(Float64)", bins.Edges.ToArray())}))])";
    }

    int IndexOf(Breakdown one) => Breakdowns.ToList().IndexOf(one);
}
