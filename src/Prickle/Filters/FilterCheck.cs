using System.Globalization;
using Prickle.Accounts;
using Prickle.Filters.Meaning;
using Prickle.Filters.Sql;

namespace Prickle.Filters;

/// <summary>Says what is wrong with a filter that somebody sent, before it is compiled.</summary>
public static class FilterCheck
{
    const int MostLeaves = 200;
    const int MostValues = 1000;
    const int LongestValue = 10_000;
    const int LongestKey = 400;

    /// <summary>The refusal, or null when the filter makes sense.</summary>
    /// <param name="allowedTypes">What can be filtered by here; null for all types.</param>
    /// <param name="attribute">The input that holds the filter.</param>
    public static Refusal? Refuse(Filter filter, IReadOnlyList<string>? allowedTypes = null, string attribute = "properties")
    {
        IReadOnlyList<PropertyFilter> leaves = filter switch
        {
            PropertyFilter leaf => [leaf],
            FilterGroup group => [.. group.Leaves],
            _ => [],
        };
        var problem = leaves.Count > MostLeaves
            ? $"There are {leaves.Count} conditions; {MostLeaves} are the most."
            : leaves.Select(leaf => ProblemOf(leaf, allowedTypes ?? FilterTypes.All)).FirstOrDefault(found => found is not null);
        return problem is null ? null : Refusal.Invalid(attribute, problem);
    }

    static string? ProblemOf(PropertyFilter leaf, IReadOnlyList<string> allowed) =>
        TypeProblem(leaf, allowed) ?? KeyProblem(leaf) ?? ValueProblem(leaf);

    static string? TypeProblem(PropertyFilter leaf, IReadOnlyList<string> allowed) => leaf.Type switch
    {
        "recording" => "Filters on recordings work in the list of recordings only.",
        "data_warehouse" or "data_warehouse_person_property" => "Fields of the warehouse cannot be filtered by here; ask in SQL.",
        "flag" => "A filter on a flag's evaluation works in flags only; use the type feature for a flag's value at an event.",
        _ when !FilterTypes.All.Contains(leaf.Type) =>
            $"The type '{leaf.Type}' is not known; filters look at {string.Join(", ", FilterTypes.All)}.",
        _ when !allowed.Contains(leaf.Type) =>
            $"The type '{leaf.Type}' cannot be filtered by here; {string.Join(" and ", allowed.Select(type => $"'{type}'"))} can.",
        _ => null,
    };

    static string? KeyProblem(PropertyFilter leaf) => leaf switch
    {
        { Key.Length: 0 } => "A filter needs a key.",
        // The store reads such a name as a part of another one.
        { Type: FilterTypes.Event or FilterTypes.Person or FilterTypes.Group } when leaf.Key.StartsWith('^') =>
            "A property whose name begins with ^ cannot be filtered by; use SQL.",
        { Type: not FilterTypes.Sql, Key.Length: > LongestKey } => $"A key has {LongestKey} characters at most.",
        { Key.Length: > LongestValue } => $"A SQL expression has {LongestValue} characters at most.",
        { Type: FilterTypes.Group, GroupTypeIndex: null } => $"The filter on {leaf.Key} needs a group_type_index.",
        { GroupTypeIndex: < 0 or > 4 } => "group_type_index is a number from 0 to 4.",
        { Type: FilterTypes.Session } when SessionColumns.Find(leaf.Key) is null =>
            $"Sessions have no {leaf.Key}; they have {string.Join(", ", SessionColumns.Keys)}.",
        { Type: FilterTypes.Element } when !ElementChain.Keys.Contains(leaf.Key) =>
            $"Elements have no {leaf.Key}; they have {string.Join(", ", ElementChain.Keys)}.",
        _ => null,
    };

    static string? ValueProblem(PropertyFilter leaf) =>
        leaf.Type == FilterTypes.Sql ? null
        : FilterOperator.Find(leaf.Operator) is not { } filterOperator ? $"No operator is called \"{leaf.Operator}\"."
        : filterOperator.TakesValue && leaf.Values.Count == 0 ? $"The filter on {leaf.Key} needs a value."
        : leaf.Values.Count > MostValues ? $"The filter on {leaf.Key} has {leaf.Values.Count} values; {MostValues} are the most."
        : leaf.Values.Any(value => value.Length > LongestValue) ? $"A value of the filter on {leaf.Key} is longer than {LongestValue} characters."
        : leaf.Type == FilterTypes.Cohort ? CohortProblem(leaf)
        : leaf is { Type: FilterTypes.Element, Key: "selector" } ? SelectorProblem(leaf)
        : MeaningProblem(leaf, filterOperator);

    static string? CohortProblem(PropertyFilter leaf) =>
        leaf.Operator is not ("in" or "not_in" or "exact" or "is_not") ? "A cohort filter's operator is in or not_in."
        : leaf.Values.FirstOrDefault(value => !int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _)) is { } other
            ? $"\"{other}\" is not the id of a cohort."
        : null;

    static string? SelectorProblem(PropertyFilter leaf) =>
        leaf.Operator is not ("in" or "not_in" or "exact" or "is_not") ? "A selector's operator is exact or is_not."
        : leaf.Values.Select(ElementSelectors.ProblemOf).FirstOrDefault(problem => problem is not null);

    static string? MeaningProblem(PropertyFilter leaf, FilterOperator filterOperator)
    {
        var value = leaf.Values.Count > 0 ? leaf.Values[0] : "";
        return leaf.Operator switch
        {
            "regex" or "not_regex" => RegexDialect.TryRead(value, out _, out var problem) ? null : $"\"{value}\" is not a regular expression that can be used: {problem}.",
            "gt" or "gte" or "lt" or "lte" => FilterValues.Number(value) is null ? $"{leaf.Key} {filterOperator.Words} \"{value}\": that is not a number." : null,
            "between" or "not_between" => BetweenProblem(leaf),
            "is_date_exact" or "is_date_before" or "is_date_after" =>
                FilterValues.Moment(value, DateTimeOffset.UnixEpoch.AddYears(50), TimeZoneInfo.Utc) is null ? $"\"{value}\" is neither a date (2026-01-31) nor a time ago (-7d)." : null,
            _ when filterOperator.Suits == "Version" =>
                Version3.RangeOf(leaf.Operator, value) is null ? $"\"{value}\" is not a version such as 1.2.3." : null,
            _ => null,
        };
    }

    static string? BetweenProblem(PropertyFilter leaf) =>
        leaf.Values is not [var low, var high] ? $"{leaf.Key} is between needs two values."
        : FilterValues.Number(low) is not { } from || FilterValues.Number(high) is not { } to ? $"{leaf.Key} is between needs two numbers."
        : from > to ? $"{leaf.Key} is between {low} and {high}: the first is the greater."
        : null;
}
