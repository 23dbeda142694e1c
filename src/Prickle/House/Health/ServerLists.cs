using Prickle.ClickHouse.Nodes;

namespace Prickle.House.Health;

/// <summary>What servers say of themselves: errors, warnings, dictionaries, backups.</summary>
static class ServerLists
{
    const string Group = "Errors and more";

    public static readonly IReadOnlyList<HealthList> All =
    [
        new("errors", Group, "Errors since the server was started", "No error was counted since the start.", "-last",
            [
                new("name", "Error", Width: 260), new("code", "Code", CellKind.Count, 80), new("times", "Times", CellKind.Count, 100), new("last", "Last", CellKind.Moment, 120), new("message", "Last message", CellKind.Long),
            ],
            capabilities => capabilities.Has("errors", "last_error_time")
                ? "SELECT name, code, sum(value) AS times, max(toUInt32(last_error_time)) AS last, argMax(last_error_message, last_error_time) AS message FROM system.errors GROUP BY name, code"
                : capabilities.Has("query_log")
                    // Servers count errors since 20.11; before, the log of queries knows those that ended one.
                    ? "SELECT extract(exception, 'DB::Exception: ([^:.,]{1,60})') AS name, toUInt64OrZero(extract(exception, '^Code: (\\\\d+)')) AS code, count() AS times, max(toUInt32(event_time)) AS last, argMax(exception, event_time) AS message FROM system.query_log WHERE event_date >= today() - 14 AND exception != '' GROUP BY name, code"
                    : new SystemStatement.Missing("system.errors", "Servers count errors since 20.11; before, they can be read off system.query_log, which this one has not (yet).")),
        new("warnings", Group, "Warnings of the server", "The server has no warning.", "message", [new("message", "Warning", CellKind.Long)],
            capabilities => capabilities.Has("warnings") ? "SELECT message FROM system.warnings"
                : new SystemStatement.Missing("system.warnings", "Servers have warnings of their own since 21.9.")),
        new("dictionaries", Group, "Dictionaries", "There is no dictionary.", "name",
            [
                new("name", "Dictionary"), new("origin", "From", WideOnly: true), new("type", "Layout", Width: 130, WideOnly: true), new("status", "State", Width: 120, IsBad: value => value is string text && text.StartsWith("FAILED", StringComparison.Ordinal)),
                new("elements", "Elements", CellKind.Count, 110), new("bytes", "Memory", CellKind.Bytes, 110), new("loaded", "Loaded", CellKind.Moment, 120), new("exception", "Error", CellKind.Long, IsBad: value => value is string { Length: > 0 }),
            ],
            capabilities => $"SELECT name, origin, type, {(capabilities.Has("dictionaries", "status") ? "toString(status)" : "if(last_exception = '', 'LOADED', 'FAILED')")} AS status, element_count AS elements, bytes_allocated AS bytes, {(capabilities.Has("dictionaries", "loading_start_time") ? "toUInt32(loading_start_time)" : "toUInt32(creation_time)")} AS loaded, last_exception AS exception FROM system.dictionaries"),
        new("backups", Group, "Backups since the server was started", "No backup was made since the start.", "-started",
            [
                new("name", "Where"), new("status", "State", Width: 150, IsBad: value => value is string text && text.EndsWith("FAILED", StringComparison.Ordinal)), new("started", "Begun", CellKind.Moment, 120), new("files", "Files", CellKind.Count, 90, true),
                new("bytes", "Size", CellKind.Bytes, 110), new("error", "Error", CellKind.Long, IsBad: value => value is string { Length: > 0 }),
            ],
            capabilities => capabilities.Has("backups", "num_files")
                ? "SELECT name, toString(status) AS status, toUInt32(start_time) AS started, num_files AS files, total_size AS bytes, error FROM system.backups"
                : new SystemStatement.Missing("system.backups", "Servers make backups by themselves since 22.8.")),
    ];
}
