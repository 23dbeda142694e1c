using System.Globalization;
using Prickle.ClickHouse;
using Prickle.Events;
using Prickle.Filters;

namespace Prickle.Actions;

/// <summary>How often an action happened lately.</summary>
/// <param name="LastAt">Null when it did not.</param>
public sealed record ActionCount(long Count, DateTimeOffset? LastAt);

/// <summary>What is asked about actions and the events that fit them.</summary>
public sealed class ActionQueries(ClickHouseStore store, TimeProvider time)
{
    /// <summary>A page of a list asks for all its actions in one statement; nobody waits longer than this.</summary>
    static readonly Dictionary<string, object> Limits = new() { ["max_execution_time"] = 20 };

    /// <summary>The events of the last days that fit, for lists and counts.</summary>
    /// <param name="zone">Where the days of its filters begin: that of the project.</param>
    public EventFilter EventsOf(ActionDefinition action, int days, TimeZoneInfo? zone = null) => new()
    {
        Zone = zone ?? TimeZoneInfo.Utc,
        ProjectId = action.ProjectId,
        After = time.GetUtcNow().AddDays(-days),
        Condition = scope => ActionSql.Compile(action, scope),
    };

    /// <summary>How often each happened in the last 30 days, and when last.</summary>
    public async Task<IReadOnlyDictionary<int, ActionCount>> CountAsync(
        int projectId, IReadOnlyList<ActionDefinition> actions, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<int, ActionCount>();
        // Each action adds its conditions to the statement: pages of a list stay far below this.
        foreach (var chunk in actions.Chunk(50))
        {
            var sql = new SqlBuilder();
            var scope = new FilterScope(sql, projectId, time.GetUtcNow());
            var columns = chunk.Select(action => ActionSql.Compile(action, scope))
                .SelectMany(condition => new[] { $"countIf({condition})", $"toUnixTimestamp64Micro(maxIf(timestamp, {condition}))" });
            var statement = $"""
                SELECT {string.Join(", ", columns)} FROM events
                WHERE project_id = {sql.Project(projectId)} AND timestamp > {sql.Moment(time.GetUtcNow().AddDays(-30))}
                """;
            var rows = await store.ListAsync(
                statement, row => Enumerable.Range(0, chunk.Length * 2).Select(column => Convert.ToInt64(row.GetValue(column), CultureInfo.InvariantCulture)).ToArray(),
                sql.Parameters, Limits, cancellationToken);
            for (var index = 0; index < chunk.Length; index++)
            {
                var count = rows[0][2 * index];
                counts[chunk[index].Id] = new ActionCount(
                    count, count == 0 ? null : DateTimeOffset.UnixEpoch.AddTicks(rows[0][(2 * index) + 1] * TimeSpan.TicksPerMicrosecond));
            }
        }
        return counts;
    }

    /// <summary>How often it happened on each of the last days of the zone, today last.</summary>
    public async Task<IReadOnlyList<(DateOnly Day, long Count)>> DaysAsync(
        ActionDefinition action, int days, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone).DateTime);
        var statement = $"""
            SELECT toString(toDate(timestamp, {sql.Text(zone.Id)})) AS day, count() FROM events
            WHERE project_id = {sql.Project(action.ProjectId)} AND timestamp > {sql.Moment(time.GetUtcNow().AddDays(-days - 1))}
              AND {ActionSql.Compile(action, new FilterScope(sql, action.ProjectId, time.GetUtcNow()) { Zone = zone })}
            GROUP BY day
            """;
        var counted = (await store.ListAsync(
            statement,
            row => (Day: DateOnly.ParseExact(row.GetString(0), "yyyy-MM-dd", CultureInfo.InvariantCulture), Count: Convert.ToInt64(row.GetValue(1), CultureInfo.InvariantCulture)),
            sql.Parameters, Limits, cancellationToken)).ToDictionary(row => row.Day, row => row.Count);
        return [.. Enumerable.Range(0, days).Select(index => today.AddDays(index - days + 1)).Select(day => (day, counted.GetValueOrDefault(day)))];
    }
}
