using Prickle.ClickHouse;
using Prickle.Events.Filtering;
using Prickle.Filters;

namespace Prickle.Events.Questions;

/// <summary>The last event of each of the persons seen last. Reads one path of the properties: all of them would take seconds.</summary>
static class LatestOfEachPerson
{
    static readonly string Page = "coalesce("
        + string.Join(", ", new[] { "$pathname", "$screen_name", "$current_url" }.Select(key => $"nullIf(toString({PropertyPath.Of(key)}), '')"))
        + ", '')";

    public static Task<List<PersonActivity>> ReadAsync(
        ClickHouseStore store, int projectId, DateTimeOffset since, int limit, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        sql.And($"project_id = {sql.Project(projectId)}");
        sql.And($"timestamp > {sql.Moment(since)}");
        var statement = $"""
            SELECT {FilterSql.Person} AS person, distinct_id, event, {Page}, timestamp
            FROM events
            WHERE {sql.Where}
            ORDER BY timestamp DESC
            LIMIT 1 BY person
            LIMIT {sql.Number(limit)}
            """;
        return store.ListAsync(
            statement,
            row => new PersonActivity(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), EventRows.Moment(row, 4)),
            sql.Parameters, Limits.Settings, cancellationToken);
    }
}
