using System.Globalization;
using Prickle.ClickHouse;

namespace Prickle.Definitions.Questions;

/// <summary>How often each event came in the last 30 days, and from how many.</summary>
static class UsageOfEvents
{
    internal static readonly IReadOnlyDictionary<string, object> Settings = new Dictionary<string, object> { ["max_execution_time"] = 30 };

    public static async Task<IReadOnlyDictionary<string, EventUsage>> ReadAsync(
        ClickHouseStore store, int projectId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var statement = $"""
            SELECT event, count(), uniq(person_id) FROM events
            WHERE project_id = {sql.Project(projectId)} AND timestamp > {sql.Moment(now.AddDays(-30))} GROUP BY event
            """;
        var rows = await store.ListAsync(
            statement, row => (Event: row.GetString(0), Usage: new EventUsage(Number(row.GetValue(1)), Number(row.GetValue(2)))),
            sql.Parameters, Settings, cancellationToken);
        return rows.ToDictionary(row => row.Event, row => row.Usage);
    }

    internal static long Number(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}
