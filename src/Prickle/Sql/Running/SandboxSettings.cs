using System.Globalization;

namespace Prickle.Sql.Running;

/// <summary>
/// The settings of a statement's connection. They travel with the request, readonly among them: the engine puts that one
/// on last and a server checks the others before it holds, so the statement itself can change none.
/// </summary>
static class SandboxSettings
{
    static readonly TimeSpan LookTime = TimeSpan.FromSeconds(10);

    public static Dictionary<string, string> Running(SandboxScope scope, SqlOptions options, int limit)
    {
        var settings = Common(scope, options);
        settings["max_execution_time"] = Text(options.TimeoutSeconds);
        settings["max_rows_to_read"] = Text(options.MaximumRowsToRead);
        settings["max_bytes_to_read"] = Text(options.MaximumBytesToRead);
        settings["max_result_bytes"] = Text(options.MaximumResultBytes);
        settings["result_overflow_mode"] = "throw";
        settings["limit"] = Text(limit);
        return settings;
    }

    /// <summary>For looking at a statement: its tree, its plan, its cost.</summary>
    public static Dictionary<string, string> Looking(SandboxScope scope, SqlOptions options)
    {
        var settings = Common(scope, options);
        settings["max_execution_time"] = Text((long)LookTime.TotalSeconds);
        return settings;
    }

    static Dictionary<string, string> Common(SandboxScope scope, SqlOptions options) => new()
    {
        ["database"] = scope.Database,
        ["default_format"] = SandboxConnection.Format,
        ["readonly"] = "1",
        ["additional_table_filters"] = scope.TableFilters,
        ["session_timezone"] = scope.TimeZone,
        ["max_memory_usage"] = Text(options.MaximumMemoryBytes),
        ["max_threads"] = Text(options.MaximumThreads),
        ["timeout_overflow_mode"] = "throw",
        ["read_overflow_mode"] = "throw",
        ["allow_introspection_functions"] = "0",
        ["allow_ddl"] = "0",
        ["cancel_http_readonly_queries_on_client_close"] = "1",
        // A property has no one type: it can be grouped and sorted by all the same.
        ["allow_suspicious_types_in_group_by"] = "1",
        ["allow_suspicious_types_in_order_by"] = "1",
        ["output_format_json_quote_denormals"] = "1",
        ["use_query_cache"] = "0",
    };

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
