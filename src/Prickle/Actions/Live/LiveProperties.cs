using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Prickle.Capture;
using Prickle.Filters;

namespace Prickle.Actions.Live;

/// <summary>Filters on an event's own properties, judged on an event in memory with the rules of the store's filters.</summary>
static class LiveProperties
{
    /// <summary>What asks for persons, cohorts or groups needs the store, and is not judged here.</summary>
    public static bool CanJudge(FilterGroup filters) => filters.Leaves.All(leaf => leaf.Type == "event");

    public static bool Fits(Filter filter, CapturedEvent captured, DateTimeOffset now) => filter switch
    {
        FilterGroup { IsEmpty: true } => true,
        FilterGroup { Join: FilterJoin.And } group => group.Members.All(member => Fits(member, captured, now)),
        FilterGroup group => group.Members.Any(member => Fits(member, captured, now)),
        PropertyFilter leaf => Fits(leaf, Value(leaf.Key, captured), now),
        _ => false,
    };

    // A negative operator is the negation of its positive one: a missing property satisfies it.
    static bool Fits(PropertyFilter filter, string? value, DateTimeOffset now) => filter.Operator switch
    {
        "is_not" => !Fits(filter with { Operator = "exact" }, value, now),
        "not_icontains" => !Fits(filter with { Operator = "icontains" }, value, now),
        "not_regex" => !Fits(filter with { Operator = "regex" }, value, now),
        "is_not_set" => value is null,
        "is_set" => value is not null,
        _ when value is null => false,
        "exact" => filter.Values.Any(wanted => wanted.Equals(value, StringComparison.OrdinalIgnoreCase)),
        "icontains" => filter.Values.Any(wanted => value.Contains(wanted, StringComparison.OrdinalIgnoreCase)),
        "regex" => filter.Values is [var pattern, ..] && FilterValues.IsRegex(pattern)
            && Regex.IsMatch(value, pattern, RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant),
        "gt" => Compare(filter, value) > 0,
        "gte" => Compare(filter, value) >= 0,
        "lt" => Compare(filter, value) < 0,
        "lte" => Compare(filter, value) <= 0,
        "is_date_before" => CompareDates(filter, value, now) < 0,
        "is_date_after" => CompareDates(filter, value, now) > 0,
        _ => false,
    };

    static int? Compare(PropertyFilter filter, string value) =>
        filter.Values is [var wanted, ..] && Number(wanted) is { } limit && Number(value) is { } number ? number.CompareTo(limit) : null;

    static int? CompareDates(PropertyFilter filter, string value, DateTimeOffset now) =>
        filter.Values is [var wanted, ..] && FilterValues.Moment(wanted, now) is { } limit
        && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment.CompareTo(limit)
            : null;

    static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    static string? Value(string key, CapturedEvent captured) =>
        captured.Properties.ValueKind != JsonValueKind.Object || !captured.Properties.TryGetProperty(key, out var value) ? null
        : value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => value.GetRawText(),
        };
}
