using Prickle.ClickHouse;

namespace Prickle.Definitions.Questions;

/// <summary>The most frequent values of a property. Looks at a recent part only, so that it answers at once.</summary>
static class FrequentValues
{
    const int LookedAt = 20_000;
    const int Most = 50;

    static readonly IReadOnlyDictionary<string, object> Settings = new Dictionary<string, object>
    {
        ["max_execution_time"] = 10,
        ["optimize_read_in_order"] = 1,
    };

    public static Task<List<string>> ReadAsync(
        ClickHouseStore store, int projectId, PropertyScope scope, int? groupTypeIndex, string name, string search, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (name.Length == 0 || (scope == PropertyScope.Session && SessionProperties.SourceOf(name) is null))
        {
            return Task.FromResult<List<string>>([]);
        }
        var sql = new SqlBuilder();
        var path = PropertyPath.Of(scope == PropertyScope.Session ? SessionProperties.SourceOf(name)! : name);
        var fits = search.Length == 0 ? "" : $"AND positionCaseInsensitiveUTF8(value, {sql.Text(search)}) > 0";
        // Of a list every member is a value.
        var statement = $"""
            SELECT value FROM (
                SELECT arrayJoin(if(startsWith(dynamicType(value_of), 'Array'),
                    arrayMap(raw -> if(startsWith(raw, '"'), JSONExtractString(raw), raw),
                        arrayFilter(raw -> NOT (startsWith(raw, '[') OR startsWith(raw, char(123)) OR raw = 'null'),
                            JSONExtractArrayRaw(ifNull(toJSONString(value_of), '[]')))),
                    [ifNull(toString(value_of), '')])) AS value
                FROM (SELECT {path} AS value_of FROM {Recent(sql, projectId, scope, groupTypeIndex, now)} LIMIT {LookedAt}))
            WHERE value != '' AND length(value) < 200 {fits}
            GROUP BY value ORDER BY count() DESC, value LIMIT {Most}
            """;
        return store.ListAsync(statement, row => row.GetString(0), sql.Parameters, Settings, cancellationToken);
    }

    static string Recent(SqlBuilder sql, int projectId, PropertyScope scope, int? groupTypeIndex, DateTimeOffset now) => scope switch
    {
        PropertyScope.Person => $"persons FINAL WHERE project_id = {sql.Project(projectId)}",
        PropertyScope.Group => $"groups FINAL WHERE project_id = {sql.Project(projectId)} AND type_index = {sql.Number(groupTypeIndex ?? 0)}",
        _ => $"events WHERE project_id = {sql.Project(projectId)} AND timestamp < {sql.Moment(now.AddDays(1))} ORDER BY toDate(timestamp) DESC",
    };
}
