using Prickle.Filters.Matching;
using Prickle.Filters.Sql;

namespace Prickle.Filters;

/// <summary>Filters as conditions of ClickHouse. All values go in as parameters.</summary>
public static class FilterSql
{
    /// <summary>Who an event belongs to now: merges are laid over what was known at capture.</summary>
    public const string Person = "dictGetOrDefault('person_overrides', 'person_id', (project_id, distinct_id), person_id)";

    internal static string PersonOf(FilterScope scope) => scope.Views is null ? Person : "person_id";

    /// <summary>A property of sessions as an aggregate over the rows of <c>sessions</c> of one session; null where sessions have none of the name.</summary>
    public static string? Session(string key) => SessionColumns.Find(key);

    /// <summary>
    /// A condition that is 0 or 1 for each row, never NULL. Refuse with <see cref="FilterCheck"/> before what a person sent:
    /// what cannot be said on these rows is a bug here.
    /// </summary>
    public static string Compile(Filter filter, FilterScope scope) => filter switch
    {
        FilterGroup { IsEmpty: true } => "1",
        FilterGroup group => Group(group, scope),
        PropertyFilter leaf => Leaf(leaf, scope),
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "Not a filter."),
    };

    // What stands in another table is asked there once for all members together.
    static string Group(FilterGroup group, FilterScope scope)
    {
        List<string> conditions = [];
        foreach (var members in group.Members.GroupBy(member => LookUp.Of(member, scope)))
        {
            if (members.Key is { } elsewhere)
            {
                conditions.Add(elsewhere.Compile(new FilterGroup(group.Join, [.. members]), scope));
            }
            else
            {
                conditions.AddRange(members.Select(member => Compile(member, scope)));
            }
        }
        return conditions.Count == 1 ? conditions[0] : $"({string.Join(group.Join == FilterJoin.And ? " AND " : " OR ", conditions)})";
    }

    static string Leaf(PropertyFilter leaf, FilterScope scope)
    {
        if (LookUp.Of(leaf, scope) is { } elsewhere)
        {
            return elsewhere.Compile(leaf, scope);
        }
        return (leaf.Type, scope.Row) switch
        {
            (FilterTypes.Event, FilterRow.Events) => Property(leaf, leaf.Key, scope),
            (FilterTypes.Feature, FilterRow.Events) => Property(leaf, FilterTypes.FeatureProperty(leaf.Key), scope),
            (FilterTypes.Person, FilterRow.Persons) => Property(leaf, leaf.Key, scope),
            (FilterTypes.Group, FilterRow.Groups) => Property(leaf, leaf.Key, scope),
            (FilterTypes.Session, FilterRow.Sessions) =>
                Condition.Of(leaf, new TextSource(SessionColumns.Find(leaf.Key, scope.Views is not null)!), scope),
            (FilterTypes.Element, FilterRow.Events) when leaf.Key == "selector" => Selector(leaf, scope),
            (FilterTypes.Element, FilterRow.Events) => Condition.Of(leaf, new ListSource(ElementChain.Sql(leaf.Key)), scope),
            (FilterTypes.Cohort, FilterRow.Events) => CohortCondition.Of(leaf, PersonOf(scope), scope),
            (FilterTypes.Cohort, FilterRow.Persons) => CohortCondition.Of(leaf, "id", scope),
            (FilterTypes.Cohort, FilterRow.Sessions) => CohortCondition.Of(leaf, "person", scope),
            (FilterTypes.Sql, FilterRow.Events or FilterRow.Persons) when scope.Expressions is { } expressions =>
                $"ifNull(toBool{expressions.Sql(scope.ProjectId, leaf.Key, scope.Row == FilterRow.Persons ? ExpressionPlace.Person : ExpressionPlace.Event)}, 0)",
            (FilterTypes.Sql, _) => throw new InvalidOperationException("A SQL expression that was not checked is never compiled."),
            _ => throw new ArgumentOutOfRangeException(nameof(leaf), leaf.Type, $"Not a filter on {scope.Row}."),
        };
    }

    static string Property(PropertyFilter leaf, string key, FilterScope scope) =>
        Condition.Of(leaf, new PropertySource(key), scope);

    static string Selector(PropertyFilter leaf, FilterScope scope)
    {
        var anyOf = leaf.Values.Select(text => ElementSelectors.TryParse(text, out var selector, out _) ? selector.Compile(scope.Sql) : "0");
        var condition = leaf.Values.Count == 0 ? "0" : $"({string.Join(" OR ", anyOf)})";
        return leaf.Operator is "is_not" or "not_in" ? $"NOT {condition}" : condition;
    }
}
