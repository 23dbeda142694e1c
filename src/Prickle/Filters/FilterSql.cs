using Prickle.ClickHouse;
using Prickle.Filters.Sql;

namespace Prickle.Filters;

/// <summary>Filters as conditions of ClickHouse. All values go in as parameters.</summary>
public static class FilterSql
{
    /// <summary>Who an event belongs to now: merges are laid over what was known at capture.</summary>
    public const string Person = "dictGetOrDefault('person_overrides', 'person_id', (project_id, distinct_id), person_id)";

    /// <summary>A condition that is 0 or 1 for each row, never NULL.</summary>
    public static string Compile(Filter filter, FilterScope scope) => filter switch
    {
        FilterGroup { IsEmpty: true } => "1",
        FilterGroup group => "(" + string.Join(
            group.Join == FilterJoin.And ? " AND " : " OR ", group.Members.Select(member => Compile(member, scope))) + ")",
        PropertyFilter { Type: "person" } leaf => OfPerson(leaf, scope),
        PropertyFilter leaf => PropertyCondition.Of(leaf, scope.Sql, scope.Now),
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "Not a filter."),
    };

    // An event without a stored person has no person properties: the negative operators are true for it.
    static string OfPerson(PropertyFilter filter, FilterScope scope)
    {
        var isNegative = PropertyCondition.IsNegative(filter);
        var condition = PropertyCondition.Of(filter, scope.Sql, scope.Now);
        return $"{Person} {(isNegative ? "NOT IN" : "IN")} (SELECT id FROM persons FINAL "
            + $"WHERE project_id = {scope.Sql.Project(scope.ProjectId)} AND {(isNegative ? "NOT " : "")}{condition})";
    }
}
