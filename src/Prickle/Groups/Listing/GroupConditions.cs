using Prickle.ClickHouse;
using Prickle.Filters;

namespace Prickle.Groups.Listing;

/// <summary>Groups by conditions on their properties: the mirror in ClickHouse knows every operator.</summary>
static class GroupConditions
{
    /// <summary>The keys are handed to the relational store, which pages and searches; more than this it does not take.</summary>
    const int Most = 20_000;

    static readonly IReadOnlyDictionary<string, object> Settings = new Dictionary<string, object> { ["max_execution_time"] = 30 };

    public static Task<List<string>> FindAsync(
        ClickHouseStore store, int projectId, int typeIndex, FilterGroup conditions, DateTimeOffset now, TimeZoneInfo zone,
        CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        sql.And($"project_id = {sql.Project(projectId)}");
        sql.And($"type_index = {sql.Number(typeIndex)}");
        sql.And(FilterSql.Compile(
            conditions, new FilterScope(sql, projectId, now) { Row = FilterRow.Groups, GroupTypeIndex = typeIndex, Zone = zone }));
        return store.ListAsync(
            $"SELECT key FROM groups FINAL WHERE {sql.Where} ORDER BY created_at DESC, key LIMIT {sql.Number(Most)}",
            row => row.GetString(0), sql.Parameters, Settings, cancellationToken);
    }
}
