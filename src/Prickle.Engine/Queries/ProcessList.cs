using System.Text;
using System.Text.Json;

namespace Prickle.Engine.Queries;

/// <summary>A statement in the engine's own list: the engine's id for it, and the one its caller gave.</summary>
sealed record EngineProcess(string EngineId, string QueryId);

/// <summary>
/// Joins the engine's list of processes with the callers' ids. The engine names statements itself; ours carry their id
/// in <c>log_comment</c>, and those that set a comment of their own in the text are told by that text.
/// </summary>
sealed class ProcessList(EngineHost host, QueryRegistry registry)
{
    static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public List<EngineProcess> Read()
    {
        using var connection = host.Connect();
        var (error, output, _) = connection.Execute(
            "SELECT query_id, Settings['log_comment'] AS tag, query FROM system.processes", "JSONEachRow");
        var running = registry.Running;
        return error is not null ? [] :
        [
            .. ReadRows<Row>(output)
                .Select(row => (row.QueryId, Query: running.FirstOrDefault(query =>
                    ConnectionSettings.Tag(query.Request) == row.Tag || query.SentText == row.Query)))
                .Where(pair => pair.Query is not null)
                .Select(pair => new EngineProcess(pair.QueryId, pair.Query!.Request.QueryId)),
        ];
    }

    /// <summary>Reads lines of JSON whose names are the engine's.</summary>
    public static List<T> ReadRows<T>(byte[] lines) =>
    [
        .. Encoding.UTF8.GetString(lines).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<T>(line, SnakeCase)!),
    ];

    sealed record Row(string QueryId, string Tag, string Query);
}
