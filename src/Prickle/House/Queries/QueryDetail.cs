using Prickle.ClickHouse.Nodes;
using Prickle.Servers;

namespace Prickle.House.Queries;

/// <summary>A fingerprint in a stretch of time: its figures, its course, and examples.</summary>
sealed record QueryDetail(
    WatchedServer Server, QueryRange Range, QueryStatistic Statistic, StatisticsAnswer All, IReadOnlyList<CoursePoint> Course,
    IReadOnlyList<QueryExample> Slowest, IReadOnlyList<QueryExample> Failed, IReadOnlyList<OriginShare> Origins, FleetAnswer<ExampleRow> Answer);

/// <summary>What happened within a step of time.</summary>
public sealed record CoursePoint(DateTimeOffset At, long Calls, long Failures, double Milliseconds, double Bytes, double Median, double Slow);

/// <summary>A statement that ran, with the node it ran on.</summary>
/// <param name="Origin">What of Prickle asked it; null for what others asked.</param>
public sealed record QueryExample(NodeName Node, ExampleRow Row, QueryOrigin? Origin);

/// <summary>A row of the log.</summary>
/// <param name="Error">What the server said; empty where it answered.</param>
/// <param name="Comment">What its caller noted in <c>log_comment</c>.</param>
public sealed record ExampleRow(
    string QueryId, string Text, string User, DateTimeOffset? At, double Milliseconds, long Rows, long Bytes, long Memory, long ResultRows, string Error,
    string Comment, string Database, string Client, bool IsInitial)
{
    const int Most = 5;

    /// <summary>The slowest of groups that gave an answer.</summary>
    internal static SystemQuery<ExampleRow> Slowest(QueryRange range, Func<NodeCapabilities, string> which) => Of(range, which, "toInt8(type) = 2", "query_duration_ms DESC", Most);

    /// <summary>The latest of groups that gave none.</summary>
    internal static SystemQuery<ExampleRow> Failed(QueryRange range, Func<NodeCapabilities, string> which) => Of(range, which, "toInt8(type) IN (3, 4)", "event_time DESC", Most);

    /// <summary>What a statement made a node do.</summary>
    internal static SystemQuery<ExampleRow> PartsOf(QueryRange range, string queryId) =>
        Of(range, _ => "1", "initial_query_id = {id:String} AND is_initial_query = 0", "query_duration_ms DESC", 100, onlyInitial: false, ("id", queryId));

    static SystemQuery<ExampleRow> Of(
        QueryRange range, Func<NodeCapabilities, string> which, string condition, string order, int most, bool onlyInitial = true, params (string, string)[] values) => new(
        node => LogRows.Missing(node) ?? (SystemStatement)new NodeStatement(
            $"""
            SELECT query_id, substring(query, 1, {LogRows.LongestText}) AS text, user, toUnixTimestamp(event_time) AS at, query_duration_ms, read_rows, read_bytes, memory_usage,
              result_rows, substring(exception, 1, 2000) AS error, {node.Column("query_log", "log_comment", "''")} AS comment,
              {node.Column("query_log", "current_database", "''")} AS db, if(client_name != '', client_name, http_user_agent) AS client, is_initial_query
            FROM system.query_log
            WHERE {LogRows.During(range, onlyInitial)} AND {which(node)} AND {condition}
            ORDER BY {order} LIMIT {most}
            """)
        { Values = values, Deadline = LogRows.Patience, Settings = [("max_execution_time", "30")] },
        row => new ExampleRow(
            row.Text("query_id"), row.Text("text"), row.Text("user"), row.Moment("at"), row.Real("query_duration_ms"), row.Number("read_rows"), row.Number("read_bytes"),
            Math.Max(0, row.Number("memory_usage")), row.Number("result_rows"), row.Text("error"), row.Text("comment"), row.Text("db"), row.Text("client"), row.Flag("is_initial_query")));
}

/// <summary>What those who asked noted, and how much they asked.</summary>
/// <param name="Id">The id of one of the calls.</param>
sealed record OriginRow(string Comment, string Id, long Calls, double Milliseconds)
{
    const int Most = 30;

    /// <summary>Those for whom most time went. A node that keeps no comments gives one row.</summary>
    public static SystemQuery<OriginRow> Of(QueryRange range, Func<NodeCapabilities, string> which) => new(
        node => LogRows.Missing(node) ?? (SystemStatement)new NodeStatement(
            $"""
            SELECT {node.Column("query_log", "log_comment", "''")} AS comment, any(query_id) AS id, count() AS calls, sum(query_duration_ms) AS ms
            FROM system.query_log WHERE {LogRows.During(range)} AND {which(node)}
            GROUP BY comment ORDER BY ms DESC LIMIT {Most}
            """)
        { Deadline = LogRows.Patience, Settings = [("max_execution_time", "30")] },
        row => new OriginRow(row.Text("comment"), row.Text("id"), row.Number("calls"), row.Real("ms")));
}

/// <summary>Durations of a step of time.</summary>
sealed record CourseRow(long Step, int Duration, long Calls, long Failures, double Milliseconds, double Bytes)
{
    /// <summary>A row for each step of time and of duration.</summary>
    public static SystemQuery<CourseRow> Of(QueryRange range, long seconds, Func<NodeCapabilities, string> which) => new(
        node => LogRows.Missing(node) ?? (SystemStatement)new NodeStatement(
            $"""
            SELECT intDiv(toUnixTimestamp(event_time) - {range.From.ToUnixTimeSeconds()}, {seconds}) AS step, if(toInt8(type) = 3, toInt32(-1), {DurationHistogram.Sql}) AS duration,
              count() AS calls, sum(toInt8(type) IN (3, 4)) AS failures, sum(query_duration_ms) AS ms, sum(read_bytes) AS all_bytes
            FROM system.query_log WHERE {LogRows.During(range)} AND {which(node)}
            GROUP BY step, duration
            """)
        { Deadline = LogRows.Patience, Settings = [("max_execution_time", "30")] },
        row => new CourseRow(row.Number("step"), (int)row.Number("duration"), row.Number("calls"), row.Number("failures"), row.Real("ms"), row.Real("all_bytes")));
}
