using Prickle.ClickHouse;
using Prickle.Events.Filtering;

namespace Prickle.Events.Questions;

/// <summary>Names and values that occur, for the editors of filters. Looks at a recent part only, so that it answers at once.</summary>
static class Suggestions
{
    const int LookedAt = 20_000;

    public static Task<List<string>> OfEventsAsync(ClickHouseStore store, int projectId, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var statement = $"""
            SELECT event FROM events WHERE project_id = {sql.Project(projectId)} AND timestamp > now() - INTERVAL 30 DAY
            GROUP BY event ORDER BY count() DESC, event LIMIT 300
            """;
        return TextsAsync(store, statement, sql, cancellationToken);
    }

    public static Task<List<string>> OfKeysAsync(ClickHouseStore store, int projectId, string type, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var statement = $"""
            SELECT name
            FROM (SELECT arrayJoin(JSONAllPaths(properties)) AS path, replaceAll(splitByChar('.', path)[1], '%2E', '.') AS name
                  FROM ({Recent(sql, projectId, type)}))
            GROUP BY name ORDER BY startsWith(name, '$'), count() DESC, name LIMIT 400
            """;
        return TextsAsync(store, statement, sql, cancellationToken);
    }

    public static Task<List<string>> OfValuesAsync(
        ClickHouseStore store, int projectId, string type, string key, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var statement = $"""
            SELECT value
            FROM (SELECT ifNull(toString({PropertyPath.Of(key)}), '') AS value FROM ({Recent(sql, projectId, type)}))
            WHERE value != '' AND length(value) < 200
            GROUP BY value ORDER BY count() DESC, value LIMIT 50
            """;
        return TextsAsync(store, statement, sql, cancellationToken);
    }

    static string Recent(SqlBuilder sql, int projectId, string type) => type == "person"
        ? $"SELECT properties FROM persons FINAL WHERE project_id = {sql.Project(projectId)} LIMIT {LookedAt}"
        : $"SELECT properties FROM events WHERE project_id = {sql.Project(projectId)} ORDER BY toDate(timestamp) DESC LIMIT {LookedAt}";

    static Task<List<string>> TextsAsync(ClickHouseStore store, string statement, SqlBuilder sql, CancellationToken cancellationToken) =>
        store.ListAsync(statement, row => row.GetString(0), sql.Parameters, Limits.Settings, cancellationToken);
}
