using System.Globalization;
using Prickle.ClickHouse.Nodes;

namespace Prickle.House.Health;

/// <summary>A line of a server's log.</summary>
sealed record LogLine(DateTimeOffset? At, string Level, string Logger, string Message, string QueryId);

/// <summary>Which lines of the log are wanted.</summary>
/// <param name="Levels">Names of levels; empty for all.</param>
/// <param name="Text">Somewhere in the message, taken as it is.</param>
/// <param name="From">The oldest.</param>
/// <param name="To">The newest.</param>
sealed record LogFilter(IReadOnlyList<string> Levels, string Text, DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>The levels there are, the worst first.</summary>
    public static readonly IReadOnlyList<string> AllLevels = ["Fatal", "Critical", "Error", "Warning", "Notice", "Information", "Debug", "Trace", "Test"];

    /// <summary>The lines that fit, the newest first.</summary>
    public SystemQuery<LogLine> Question(int offset, int limit) => new(
        capabilities => !capabilities.Has("text_log")
            ? new SystemStatement.Missing("system.text_log", "Servers keep their log in a table since 19.14, where the configuration has a text_log. Else it is in files on the server alone.")
            : new NodeStatement(string.Create(CultureInfo.InvariantCulture,
                $$"""
                SELECT toUInt32(event_time) AS at, toString(level) AS level, logger_name, message, query_id
                FROM system.text_log
                WHERE event_date >= toDate(toDateTime({{From.ToUnixTimeSeconds()}})) AND event_time >= toDateTime({{From.ToUnixTimeSeconds()}}) AND event_time <= toDateTime({{To.ToUnixTimeSeconds()}})
                  {{(Levels.Count > 0 ? $"AND toString(level) IN ({string.Join(", ", Levels.Where(AllLevels.Contains).Select(level => $"'{level}'"))})" : "")}}
                  {{(Text.Length > 0 ? "AND positionCaseInsensitiveUTF8(message, {text:String}) > 0" : "")}}
                ORDER BY event_time DESC LIMIT {{offset}}, {{limit}}
                """))
            {
                Values = Text.Length > 0 ? [("text", Text)] : [],
                Settings = [("max_execution_time", "20"), ("max_threads", "2")],
                Deadline = TimeSpan.FromSeconds(20),
            },
        row => new LogLine(row.Moment("at"), row.Text("level"), row.Text("logger_name"), row.Text("message"), row.Text("query_id")));
}
