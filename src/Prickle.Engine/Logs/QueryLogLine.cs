using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Prickle.Engine.Logs;

/// <summary>Writes an entry as the JSON line that the table takes; what a line leaves out has its default there.</summary>
static class QueryLogLine
{
    public const string Columns =
        "type, event_time_microseconds, query_start_time_microseconds, query_duration_ms, read_rows, read_bytes, "
        + "written_rows, written_bytes, result_rows, result_bytes, memory_usage, current_database, query, query_kind, "
        + "databases, tables, columns, exception_code, exception, user, query_id, address, port, http_method, "
        + "http_user_agent, http_referer, forwarded_for, log_comment, peak_threads_usage, ProfileEvents, Settings, "
        + "used_aggregate_functions, used_formats, used_functions";

    static readonly JsonWriterOptions Loose = new() { SkipValidation = true };

    public static void Write(QueryLogEntry entry, QueryAnalysis analysis, string version, IBufferWriter<byte> target)
    {
        using (var json = new Utf8JsonWriter(target, Loose))
        {
            json.WriteStartObject();
            WriteRun(json, entry);
            WriteOutcome(json, entry, version);
            WriteCaller(json, entry);
            WriteUse(json, entry, analysis);
            json.WriteEndObject();
        }
        target.Write("\n"u8);
    }

    static void WriteRun(Utf8JsonWriter json, QueryLogEntry entry)
    {
        json.WriteString("type", entry.Type);
        json.WriteString("event_time_microseconds", Time(entry.EndedAt));
        json.WriteString("query_start_time_microseconds", Time(entry.Query.StartedAt));
        json.WriteNumber("query_duration_ms", (long)(entry.EndedAt - entry.Query.StartedAt).TotalMilliseconds);
        json.WriteString("query_id", entry.Request.QueryId);
        json.WriteString("query", entry.Text);
        json.WriteString("query_kind", entry.Kind);
        json.WriteString("current_database", entry.Request.Database is { Length: > 0 } database ? database : "default");
        json.WriteString("log_comment", entry.Request.Settings.GetValueOrDefault("log_comment", ""));
    }

    static void WriteOutcome(Utf8JsonWriter json, QueryLogEntry entry, string version)
    {
        var statistics = entry.Result.Statistics;
        json.WriteNumber("read_rows", statistics.ReadRows);
        json.WriteNumber("read_bytes", statistics.ReadBytes);
        json.WriteNumber("written_rows", statistics.WrittenRows);
        json.WriteNumber("written_bytes", statistics.WrittenBytes);
        json.WriteNumber("result_rows", statistics.ResultRows);
        json.WriteNumber("result_bytes", statistics.ResultBytes);
        json.WriteNumber("memory_usage", entry.Query.PeakMemory);
        json.WriteNumber("peak_threads_usage", entry.Query.PeakThreads);
        json.WriteNumber("exception_code", entry.Result.Error?.Code ?? 0);
        json.WriteString("exception", entry.Result.Error?.Render(version) ?? "");
    }

    static void WriteCaller(Utf8JsonWriter json, QueryLogEntry entry)
    {
        var caller = entry.Request.Caller;
        json.WriteString("user", caller.User);
        json.WriteString("address", caller.Address.Contains(':') ? caller.Address : $"::ffff:{caller.Address}");
        json.WriteNumber("port", caller.Port);
        json.WriteNumber("http_method", caller.Method switch { "GET" => 1, "POST" => 2, _ => 0 });
        json.WriteString("http_user_agent", caller.UserAgent);
        json.WriteString("http_referer", caller.Referer);
        json.WriteString("forwarded_for", caller.ForwardedFor);
    }

    static void WriteUse(Utf8JsonWriter json, QueryLogEntry entry, QueryAnalysis analysis)
    {
        json.WriteStartObject("ProfileEvents");
        foreach (var (name, value) in entry.ProfileEvents())
        {
            json.WriteNumber(name, value);
        }
        json.WriteEndObject();
        json.WriteStartObject("Settings");
        foreach (var (name, value) in entry.Request.Settings)
        {
            json.WriteString(name, value);
        }
        json.WriteEndObject();
        WriteAll(json, "databases", analysis.Databases);
        WriteAll(json, "tables", analysis.Tables);
        WriteAll(json, "columns", analysis.Columns);
        WriteAll(json, "used_functions", analysis.Functions);
        WriteAll(json, "used_aggregate_functions", analysis.AggregateFunctions);
        WriteAll(json, "used_formats", entry.Request.Statement.Format is { } format ? [format] : []);
    }

    static void WriteAll(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }
        json.WriteEndArray();
    }

    static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
}
