using Prickle.ClickHouse;
using Prickle.Events.Filtering;

namespace Prickle.Events.Questions;

/// <summary>The last event of each of the persons seen last, within the last days.</summary>
static class LatestOfEachPerson
{
    public static Task<List<StoredEvent>> ReadAsync(
        ClickHouseStore store, int projectId, DateTimeOffset since, int limit, CancellationToken cancellationToken)
    {
        var sql = new Sql();
        sql.And($"project_id = {sql.Project(projectId)}");
        sql.And($"timestamp > {sql.Moment(since)}");
        var statement = $"""
            SELECT {EventRows.Columns}
            FROM events
            WHERE {sql.Where}
            ORDER BY timestamp DESC
            LIMIT 1 BY {EventConditions.Person}
            LIMIT {sql.Number(limit)}
            """;
        return store.ListAsync(statement, EventRows.Read, sql.Parameters, Limits.Settings, cancellationToken);
    }
}
