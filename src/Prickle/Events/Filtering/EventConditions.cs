using Prickle.ClickHouse;
using Prickle.Filters;

namespace Prickle.Events.Filtering;

/// <summary>An <see cref="EventFilter"/> as conditions on the table of events.</summary>
static class EventConditions
{
    public static SqlBuilder Of(EventFilter filter, DateTimeOffset now)
    {
        var sql = new SqlBuilder();
        sql.And($"project_id = {sql.Project(filter.ProjectId)}");
        if (filter.After is { } after)
        {
            sql.And($"timestamp > {sql.Moment(after)}");
        }
        if (filter.Before is { } before)
        {
            sql.And($"timestamp < {sql.Moment(before)}");
        }
        if (filter.Event is { } name)
        {
            sql.And($"event = {sql.Text(name)}");
        }
        if (filter.DistinctId is { } distinctId)
        {
            sql.And($"distinct_id = {sql.Text(distinctId)}");
        }
        if (filter.SessionId is { } sessionId)
        {
            sql.And($"session_id = {sql.Text(sessionId)}");
        }
        if (filter.PersonId is { } personId)
        {
            sql.And($"{FilterSql.Person} = {sql.Uuid(personId)}");
        }
        if (filter.Group is var (typeIndex, key))
        {
            sql.And($"{GroupColumn(typeIndex)} = {sql.Text(key)}");
        }
        if (filter.Search.Length > 0)
        {
            var text = sql.Text(filter.Search);
            sql.And($"(positionCaseInsensitiveUTF8(event, {text}) > 0 OR positionCaseInsensitiveUTF8(distinct_id, {text}) > 0 "
                + $"OR positionCaseInsensitiveUTF8(ifNull(toString({PropertyPath.Of("$current_url")}), ''), {text}) > 0)");
        }
        var scope = new FilterScope(sql, filter.ProjectId, now) { Zone = filter.Zone, Expressions = filter.Expressions };
        sql.And(FilterSql.Compile(filter.Properties, scope));
        if (filter.Condition is { } condition)
        {
            sql.And(condition(scope));
        }
        return sql;
    }

    static string GroupColumn(int typeIndex) => typeIndex switch
    {
        0 => "group_0",
        1 => "group_1",
        2 => "group_2",
        3 => "group_3",
        4 => "group_4",
        _ => throw new ArgumentOutOfRangeException(nameof(typeIndex), typeIndex, "There are five types of groups at most."),
    };
}
