using Prickle.Filters.Matching;

namespace Prickle.Filters.Sql;

/// <summary>A table beside the rows that a filter asks: which of its keys fit is found once, and the rows are looked up in them.</summary>
sealed record LookUp(string Type, int? GroupTypeIndex)
{
    /// <summary>Where a filter's answer stands; null when it is in the rows, or in several places.</summary>
    public static LookUp? Of(Filter filter, FilterScope scope) => filter switch
    {
        PropertyFilter { Type: FilterTypes.Person } when scope.Row is FilterRow.Events or FilterRow.Sessions => new(FilterTypes.Person, null),
        PropertyFilter { Type: FilterTypes.Group } leaf when scope.Row == FilterRow.Events => new(FilterTypes.Group, leaf.GroupTypeIndex ?? 0),
        PropertyFilter { Type: FilterTypes.Session } when scope.Row == FilterRow.Events => new(FilterTypes.Session, null),
        FilterGroup { IsEmpty: false } group when Of(group.Members[0], scope) is { } first
            && group.Members.All(member => Of(member, scope) == first) => first,
        _ => null,
    };

    /// <summary>
    /// The condition on the rows. A row without a counterpart has no properties there: when that fits, those are looked for
    /// that do not.
    /// </summary>
    public string Compile(Filter filter, FilterScope scope)
    {
        var fitsMissing = FilterMatcher.Matches(filter, new FilterSubject { Now = scope.Now });
        var condition = FilterSql.Compile(filter, scope with { Row = Row, GroupTypeIndex = GroupTypeIndex });
        var wanted = fitsMissing ? $"NOT {condition}" : condition;
        var found = scope.Views is { } views ? InViews(views, wanted, scope) : InTables(wanted, scope);
        return $"{Key(scope)} {(fitsMissing ? "NOT IN" : "IN")} ({found})";
    }

    string InTables(string wanted, FilterScope scope)
    {
        var project = scope.Sql.Project(scope.ProjectId);
        return Type switch
        {
            FilterTypes.Person => $"SELECT id FROM persons FINAL WHERE project_id = {project} AND {wanted}",
            FilterTypes.Group =>
                $"SELECT key FROM groups FINAL WHERE project_id = {project} AND type_index = {scope.Sql.Number(GroupTypeIndex!.Value)} AND {wanted}",
            _ => $"SELECT session_id FROM sessions WHERE project_id = {project} GROUP BY session_id HAVING {wanted}",
        };
    }

    // With the database said, so that no name that a statement gives stands for the view.
    string InViews(string views, string wanted, FilterScope scope) => Type switch
    {
        FilterTypes.Person => $"SELECT id FROM {views}.persons WHERE {wanted}",
        FilterTypes.Group => $"SELECT key FROM {views}.groups WHERE type_index = {scope.Sql.Number(GroupTypeIndex!.Value)} AND {wanted}",
        _ => $"SELECT session_id FROM {views}.sessions WHERE {wanted}",
    };

    FilterRow Row => Type switch
    {
        FilterTypes.Person => FilterRow.Persons,
        FilterTypes.Group => FilterRow.Groups,
        _ => FilterRow.Sessions,
    };

    string Key(FilterScope scope) => Type switch
    {
        FilterTypes.Person => scope.Row == FilterRow.Sessions ? "person" : FilterSql.PersonOf(scope),
        FilterTypes.Group => GroupTypeIndex switch
        {
            0 => "group_0",
            1 => "group_1",
            2 => "group_2",
            3 => "group_3",
            4 => "group_4",
            _ => throw new ArgumentOutOfRangeException(nameof(scope), GroupTypeIndex, "There are five types of groups at most."),
        },
        _ => "session_id",
    };
}
