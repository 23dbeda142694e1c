using System.Globalization;
using Prickle.ClickHouse.Nodes;

namespace Prickle.House.Queries;

/// <summary>What a node's log says of statements that the node takes for the same.</summary>
sealed record GroupRow(
    ulong Group, string Sample, long Calls, long Failures, double Milliseconds, long Longest, double Rows, double Bytes, double MemoryTime, long Peak,
    string[] Users, string[] Tables, string Kind, DateTimeOffset? LastAt, DurationHistogram Durations)
{
    /// <summary>The costliest of a node; more kinds than these are rubbish of statements that are all different.</summary>
    public const int Most = 10_000;

    /// <summary>Durations are counted by steps within, so that those of several nodes and groups can be put together.</summary>
    public static SystemQuery<GroupRow> During(QueryRange range, string? user) => new(node => Write(node, range, user), Read);

    static SystemStatement Write(NodeCapabilities node, QueryRange range, string? user)
    {
        if (LogRows.Missing(node) is { } missing)
        {
            return missing;
        }
        var (group, rows) = (LogRows.GroupOf(node), $"FROM system.query_log WHERE {LogRows.During(range)}{(user is null ? "" : " AND user = {user:String}")}");
        // Texts are most of a log. Where the group is a column, one text of each is looked up by the moment of its first call, and
        // the others are not read. Else the group is made of the text, and all are.
        var isColumn = node.Has("query_log", "normalized_query_hash");
        var sample = $"substring(any(query), 1, {LogRows.LongestText})";
        var samples =
            $"""
            ANY LEFT JOIN (
              SELECT {group} AS one_group, {sample} AS sample {rows} AND ({group}, event_time) IN (
                SELECT {group} AS one_group, min(event_time) {rows} GROUP BY one_group ORDER BY sum(query_duration_ms) DESC, one_group LIMIT {Most})
              GROUP BY one_group) AS samples
            USING (one_group)
            """;
        // Figures and spread are grouped apart: together each step of a group would carry texts and lists, which takes three times as long.
        return new NodeStatement(
            $"""
            SELECT one_group, sample, calls, failures, ms, longest, all_rows, all_bytes, memory_time, peak, users, all_tables, kind, last, steps, counts
            FROM (
              SELECT {group} AS one_group, {(isColumn ? "" : $"{sample} AS sample,")} count() AS calls, sum(toInt8(type) IN (3, 4)) AS failures,
                sum(query_duration_ms) AS ms, max(query_duration_ms) AS longest, sum(read_rows) AS all_rows, sum(read_bytes) AS all_bytes,
                sum(toFloat64(memory_usage) * query_duration_ms) AS memory_time, max(memory_usage) AS peak, groupUniqArray(user) AS users,
                {(node.Has("query_log", "tables") ? "any(tables)" : "emptyArrayString()")} AS all_tables,
                {(node.Has("query_log", "query_kind") ? "any(query_kind)" : "''")} AS kind, toUnixTimestamp(max(event_time)) AS last
              {rows} GROUP BY one_group ORDER BY ms DESC, one_group LIMIT {Most}) AS figures
            {(isColumn ? samples : "")}
            ANY LEFT JOIN (
              SELECT one_group, groupArray(one_step) AS steps, groupArray(one_count) AS counts
              FROM (SELECT {group} AS one_group, if(toInt8(type) = 3, toInt32(-1), {DurationHistogram.Sql}) AS one_step, count() AS one_count {rows} GROUP BY one_group, one_step)
              GROUP BY one_group) AS spread
            USING (one_group) ORDER BY ms DESC
            """)
        {
            Values = user is null ? [] : [("user", user)],
            Deadline = LogRows.Patience,
            Settings = [("max_execution_time", "30")],
        };
    }

    static GroupRow Read(NodeRow row)
    {
        var durations = new DurationHistogram();
        var (steps, counts) = (row.Numbers("steps"), row.Numbers("counts"));
        for (var at = 0; at < steps.Length; at++)
        {
            // One that failed before it began took no time.
            if (steps[at] >= 0)
            {
                durations.Add((int)steps[at], counts[at]);
            }
        }
        return new GroupRow(
            ulong.Parse(row.Text("one_group"), CultureInfo.InvariantCulture), row.Text("sample"), row.Number("calls"), row.Number("failures"), row.Real("ms"), row.Number("longest"),
            row.Real("all_rows"), row.Real("all_bytes"), row.Real("memory_time"), Math.Max(0, row.Number("peak")), row.Texts("users"), row.Texts("all_tables"), row.Text("kind"),
            row.Moment("last"), durations);
    }
}
