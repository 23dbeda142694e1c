using System.Globalization;
using Prickle.ClickHouse.Nodes;

namespace Prickle.House.Overview;

/// <summary>How many queries began at a node, out of its log: what was before anybody watched is there too.</summary>
sealed record QueryCount(DateTimeOffset At, long Finished, long Failed, long ReadBytes, long WrittenRows)
{
    /// <summary>The question, over steps of whole seconds since a moment.</summary>
    public static SystemQuery<QueryCount> Since(DateTimeOffset from, TimeSpan step)
    {
        var (start, seconds) = (from.ToUnixTimeSeconds(), (long)step.TotalSeconds);
        return new SystemQuery<QueryCount>(
            capabilities => !capabilities.Has("query_log")
                ? new SystemStatement.Missing("system.query_log", "Queries are logged where the user's profile has log_queries = 1 (the default since 20.5) and the server's configuration has a query_log; the table is there from the first logged query on.")
                : new NodeStatement(string.Create(CultureInfo.InvariantCulture,
                    $"""
                    SELECT intDiv(toUInt32(event_time), {seconds}) * {seconds} AS step_at,
                           sum(type = 2) AS finished, sum(type IN (3, 4)) AS failed, sum(read_bytes) AS bytes, sum(written_rows) AS rows
                    FROM system.query_log
                    WHERE event_date >= toDate(toDateTime({start})) AND event_time >= toDateTime({start}) AND type IN (2, 3, 4)
                      AND is_initial_query AND query_id NOT LIKE '{NodeClient.OwnQueries}%'
                    GROUP BY step_at ORDER BY step_at
                    """))
                { Deadline = TimeSpan.FromSeconds(20), Settings = [("max_execution_time", "20"), ("max_threads", "2")] },
            row => new QueryCount(row.Moment("step_at") ?? DateTimeOffset.UnixEpoch, row.Number("finished"), row.Number("failed"), row.Number("bytes"), row.Number("rows")));
    }
}
