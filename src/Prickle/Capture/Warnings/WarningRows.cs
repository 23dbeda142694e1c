using System.Globalization;
using Prickle.ClickHouse;

namespace Prickle.Capture.Warnings;

/// <summary>Reads ingestion warnings. A row may be there twice until parts are merged, hence FINAL.</summary>
static class WarningRows
{
    const string Since = "timestamp >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')";

    static readonly Dictionary<string, object> Settings = new() { ["max_execution_time"] = 20 };

    public static Task<List<WarningCount>> CountAsync(
        ClickHouseStore store, int projectId, DateTimeOffset since, CancellationToken cancellationToken) =>
        store.ListAsync(
            $"""
            SELECT reason, count() AS times, max(timestamp) FROM ingestion_warnings FINAL
            WHERE project_id = {"{project:UInt32}"} AND {Since} GROUP BY reason ORDER BY times DESC, reason
            """,
            row => new WarningCount(
                Enum.Parse<DropReason>(row.GetString(0)), Convert.ToInt64(row.GetValue(1), CultureInfo.InvariantCulture), Moment(row.GetDateTime(2))),
            [("project", (uint)projectId), ("since", since.ToUnixTimeMilliseconds())], Settings, cancellationToken);

    public static Task<List<IngestionWarning>> ListAsync(
        ClickHouseStore store, int projectId, DateTimeOffset since, DropReason? reason, string search, int limit, int offset,
        CancellationToken cancellationToken) =>
        store.ListAsync(
            $"""
            SELECT reason, timestamp, event, event_uuid, distinct_id, details FROM ingestion_warnings FINAL
            WHERE project_id = {"{project:UInt32}"} AND {Since}
                AND ({"{reason:String}"} = '' OR reason = {"{reason:String}"})
                AND ({"{search:String}"} = '' OR positionCaseInsensitiveUTF8(concat(event, ' ', distinct_id, ' ', details), {"{search:String}"}) > 0)
            ORDER BY timestamp DESC, id LIMIT {"{limit:UInt32}"} OFFSET {"{offset:UInt32}"}
            """,
            row => new IngestionWarning(
                projectId, Enum.Parse<DropReason>(row.GetString(0)), Moment(row.GetDateTime(1)), row.GetString(2), row.GetString(3),
                row.GetString(4), row.GetString(5)),
            [
                ("project", (uint)projectId), ("since", since.ToUnixTimeMilliseconds()), ("reason", reason?.ToString() ?? ""),
                ("search", search), ("limit", (uint)limit), ("offset", (uint)offset),
            ],
            Settings, cancellationToken);

    static DateTimeOffset Moment(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
