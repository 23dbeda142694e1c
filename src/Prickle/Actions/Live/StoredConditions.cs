using System.Globalization;
using Prickle.Capture;
using Prickle.ClickHouse;
using Prickle.Filters;

namespace Prickle.Actions.Live;

/// <summary>
/// Asks the store which of the events that were just stored fit conditions on persons, groups, sessions and cohorts: as these
/// are now, a moment after the event. Persons and groups are copied there before their events are.
/// </summary>
sealed class StoredConditions(ClickHouseStore store)
{
    const int MostConditions = 50;

    // Capture waits for this.
    static readonly Dictionary<string, object> Limits = new() { ["max_execution_time"] = 5 };

    /// <summary>The events, by uuid, that fit each of the conditions.</summary>
    public async Task<IReadOnlyDictionary<FilterGroup, HashSet<Guid>>> FindAsync(
        int projectId, TimeZoneInfo zone, DateTimeOffset now, IReadOnlyList<CapturedEvent> events, IReadOnlyCollection<FilterGroup> conditions,
        CancellationToken cancellationToken)
    {
        var fitting = conditions.ToDictionary(condition => condition, _ => new HashSet<Guid>());
        foreach (var chunk in conditions.Chunk(MostConditions))
        {
            var sql = new SqlBuilder();
            var scope = new FilterScope(sql, projectId, now) { Zone = zone };
            var columns = chunk.Select(condition => $"toUInt8({FilterSql.Compile(condition, scope)})");
            // Days and names lead to the few granules that hold them.
            var statement = $"""
                SELECT uuid, [{string.Join(", ", columns)}] FROM events
                WHERE project_id = {sql.Project(projectId)}
                  AND timestamp >= {sql.Moment(events.Min(captured => captured.Timestamp))} AND timestamp <= {sql.Moment(events.Max(captured => captured.Timestamp).AddMilliseconds(1))}
                  AND event IN {sql.Texts(events.Select(captured => captured.Name).Distinct())}
                  AND uuid IN {sql.Value("Array(UUID)", events.Select(captured => captured.Uuid).ToArray())}
                """;
            var rows = await store.ListAsync(
                statement, row => (Uuid: row.GetGuid(0), Fits: ((Array)row.GetValue(1)).Cast<object>().Select(fits => Convert.ToInt32(fits, CultureInfo.InvariantCulture) == 1).ToArray()),
                sql.Parameters, Limits, cancellationToken);
            foreach (var (uuid, fits) in rows)
            {
                for (var index = 0; index < chunk.Length; index++)
                {
                    if (fits[index])
                    {
                        fitting[chunk[index]].Add(uuid);
                    }
                }
            }
        }
        return fitting;
    }
}
