using System.Globalization;
using Prickle.ClickHouse;

namespace Prickle.Flags;

/// <summary>How often a flag was asked for lately.</summary>
/// <param name="Calls">In the last 30 days.</param>
public sealed record FlagCalls(long Calls, DateTimeOffset LastAt);

/// <summary>Calls with an answer on a day.</summary>
public sealed record FlagCallDay(DateOnly Day, string Answer, long Calls);

/// <summary>What programs did with flags: their <c>$feature_flag_called</c> events.</summary>
public sealed class FlagUsage(ClickHouseStore store, TimeProvider time)
{
    /// <summary>How far back calls are looked for.</summary>
    public const int Days = 30;

    const string Called = "$feature_flag_called";
    static readonly string Flag = $"CAST({PropertyPath.Of("$feature_flag")}, 'Nullable(String)')";
    static readonly string Response = $"ifNull(CAST({PropertyPath.Of("$feature_flag_response")}, 'Nullable(String)'), '')";
    static readonly Dictionary<string, object> Limits = new() { ["max_execution_time"] = 20 };

    /// <summary>For every flag that was called in the last 30 days.</summary>
    public async Task<IReadOnlyDictionary<string, FlagCalls>> CallsAsync(int projectId, CancellationToken cancellationToken)
    {
        var sql = Scope(projectId);
        var rows = await store.ListAsync(
            $"SELECT {Flag} AS flag, count(), toUnixTimestamp64Micro(max(timestamp)) FROM events WHERE {sql.Where} AND flag IS NOT NULL GROUP BY flag LIMIT 10000",
            row => (Key: row.GetString(0), Calls: new FlagCalls(Whole(row.GetValue(1)), DateTimeOffset.UnixEpoch.AddTicks(Whole(row.GetValue(2)) * TimeSpan.TicksPerMicrosecond))),
            sql.Parameters, Limits, cancellationToken);
        return rows.ToDictionary(row => row.Key, row => row.Calls, StringComparer.Ordinal);
    }

    /// <summary>The calls of a flag by answer, on the days of the zone on which there were any.</summary>
    public async Task<IReadOnlyList<FlagCallDay>> DaysAsync(int projectId, string key, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var sql = Scope(projectId);
        sql.And($"{Flag} = {sql.Text(key)}");
        return await store.ListAsync(
            $"""
            SELECT toString(toDate(timestamp, {sql.Text(zone.Id)})) AS day, {Response} AS answer, count() FROM events
            WHERE {sql.Where} GROUP BY day, answer ORDER BY day, answer LIMIT 5000
            """,
            row => new FlagCallDay(
                DateOnly.ParseExact(row.GetString(0), "yyyy-MM-dd", CultureInfo.InvariantCulture), row.GetString(1), Whole(row.GetValue(2))),
            sql.Parameters, Limits, cancellationToken);
    }

    SqlBuilder Scope(int projectId)
    {
        var sql = new SqlBuilder();
        sql.And($"project_id = {sql.Project(projectId)}");
        sql.And($"event = {sql.Text(Called)}");
        sql.And($"timestamp > {sql.Moment(time.GetUtcNow().AddDays(-Days))}");
        return sql;
    }

    static long Whole(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}
