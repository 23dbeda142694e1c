using System.Globalization;

namespace Prickle.Tests.House;

/// <summary>A line of a query log, written by a test: of a time that no other test speaks of.</summary>
sealed record LoggedStatement(DateTimeOffset At, string Query, long Milliseconds)
{
    public int Type { get; init; } = 2;
    public string User { get; init; } = "ann";
    public string Id { get; init; } = $"{Guid.CreateVersion7():n}";
    public string Initial { get; init; } = "";
    public long Rows { get; init; } = 10;
    public long Bytes { get; init; } = 100;
    public long Memory { get; init; } = 1000;
    public string Error { get; init; } = "";

    /// <summary>The statement that writes lines, into the table that keeps them: <c>system.query_log</c> on a server.</summary>
    public static string Insert(IEnumerable<LoggedStatement> lines, string table = "system.query_log") =>
        $"""
        INSERT INTO {table} (type, event_date, event_time, query_start_time, query_duration_ms, read_rows, read_bytes, memory_usage, query, exception, user, query_id,
          initial_query_id, is_initial_query) VALUES {string.Join(", ", lines.Select(line => line.Values))}
        """;

    string Values => string.Create(CultureInfo.InvariantCulture,
        $"({Type}, '{At:yyyy-MM-dd}', '{At:yyyy-MM-dd HH:mm:ss}', '{At:yyyy-MM-dd HH:mm:ss}', {Milliseconds}, {Rows}, {Bytes}, {Memory}, {Quoted(Query)}, {Quoted(Error)}, {Quoted(User)}, {Quoted(Id)}, {Quoted(Initial.Length > 0 ? Initial : Id)}, {(Initial.Length > 0 ? 0 : 1)})");

    static string Quoted(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
