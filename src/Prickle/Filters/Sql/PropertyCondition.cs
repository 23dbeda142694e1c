using System.Globalization;
using Prickle.ClickHouse;

namespace Prickle.Filters.Sql;

/// <summary>
/// A property filter as SQL over a row with a column <c>properties</c>. A negative operator is the negation of its
/// positive one, so a missing property satisfies it.
/// </summary>
static class PropertyCondition
{
    public static string Of(PropertyFilter filter, SqlBuilder sql, DateTimeOffset now)
    {
        var (positive, negated) = filter.Operator switch
        {
            "is_not" => ("exact", true),
            "not_icontains" => ("icontains", true),
            "not_regex" => ("regex", true),
            "is_not_set" => ("is_set", true),
            _ => (filter.Operator, false),
        };
        var condition = Positive(positive, filter, sql, now);
        return negated ? $"NOT ifNull({condition}, 0)" : $"ifNull({condition}, 0)";
    }

    /// <summary>Whether the operator is also satisfied where there is no property at all.</summary>
    public static bool IsNegative(PropertyFilter filter) => filter.Operator is "is_not" or "not_icontains" or "not_regex" or "is_not_set";

    static string Positive(string operatorName, PropertyFilter filter, SqlBuilder sql, DateTimeOffset now)
    {
        var path = PropertyPath.Of(filter.Key);
        var text = $"toString({path})";
        return operatorName switch
        {
            "exact" => $"has({sql.Texts(filter.Values.Select(value => value.ToLowerInvariant()))}, lowerUTF8({text}))",
            "icontains" => $"multiSearchAnyCaseInsensitiveUTF8(ifNull({text}, ''), {sql.Texts(filter.Values)})",
            "regex" => Regex(text, filter, sql),
            "gt" => Compare(text, ">", filter, sql),
            "gte" => Compare(text, ">=", filter, sql),
            "lt" => Compare(text, "<", filter, sql),
            "lte" => Compare(text, "<=", filter, sql),
            "is_set" => $"({path} IS NOT NULL OR toString({PropertyPath.ObjectOf(filter.Key)}) != '{{}}')",
            "is_date_before" => CompareDates(text, "<", filter, sql, now),
            "is_date_after" => CompareDates(text, ">", filter, sql, now),
            _ => throw new ArgumentOutOfRangeException(nameof(filter), filter.Operator, "Not an operator of property filters."),
        };
    }

    // The store would fail the whole query on a broken expression; the rule is that it matches nothing.
    static string Regex(string text, PropertyFilter filter, SqlBuilder sql) =>
        filter.Values is [var pattern, ..] && FilterValues.IsRegex(pattern)
            ? $"match(ifNull({text}, ''), {sql.Text(pattern)}) AND {text} IS NOT NULL"
            : "0";

    static string Compare(string text, string comparison, PropertyFilter filter, SqlBuilder sql) =>
        filter.Values is [var value, ..] && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? $"toFloat64OrNull({text}) {comparison} {sql.Value("Float64", number)}"
            : "0";

    static string CompareDates(string text, string comparison, PropertyFilter filter, SqlBuilder sql, DateTimeOffset now) =>
        filter.Values is [var value, ..] && FilterValues.Moment(value, now) is { } moment
            ? $"parseDateTime64BestEffortOrNull({text}, 6, 'UTC') {comparison} {sql.Moment(moment)}"
            : "0";
}
