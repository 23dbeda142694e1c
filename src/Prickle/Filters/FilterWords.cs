using System.Globalization;

namespace Prickle.Filters;

/// <summary>Filters as people read them.</summary>
public static class FilterWords
{
    const int MostValues = 3;

    /// <summary>One line: "plan equals pro or team and country is set".</summary>
    public static string Of(Filter filter) => filter switch
    {
        FilterGroup { IsEmpty: true } => "everything",
        FilterGroup group => string.Join(
            group.Join == FilterJoin.And ? " and " : " or ",
            group.Members.Select(member => member is FilterGroup { Members.Count: > 1 } ? $"({Of(member)})" : Of(member))),
        PropertyFilter { Type: FilterTypes.Sql } leaf => $"SQL: {leaf.Key}",
        PropertyFilter leaf => $"{SubjectOf(leaf)} {OperatorOf(leaf)} {ValuesOf(leaf)}".TrimEnd(),
        _ => "",
    };

    /// <summary>What is looked at.</summary>
    public static string SubjectOf(PropertyFilter leaf) => leaf.Type switch
    {
        FilterTypes.Event => leaf.Key,
        FilterTypes.Cohort => "person",
        FilterTypes.Sql => "SQL",
        _ => $"{leaf.Type} {leaf.Key}",
    };

    public static string OperatorOf(PropertyFilter leaf) =>
        leaf.Type == FilterTypes.Cohort ? $"{FilterOperator.Find(leaf.Operator)?.Words} cohort"
        : FilterOperator.Find(leaf.Operator)?.Words ?? leaf.Operator;

    public static string ValuesOf(PropertyFilter leaf) =>
        FilterOperator.Find(leaf.Operator)?.TakesTwo == true ? string.Join(" and ", leaf.Values)
        : string.Join(" or ", leaf.Values.Take(MostValues))
            + (leaf.Values.Count > MostValues ? string.Create(CultureInfo.InvariantCulture, $" or {leaf.Values.Count - MostValues} more") : "");
}
