using Prickle.ClickHouse.Nodes;
using Prickle.House.Frame;
using Prickle.Servers;

namespace Prickle.House.Running;

/// <summary>A statement that runs on a node.</summary>
/// <param name="ProcessId">By what the node knows it, and by what it is ended.</param>
/// <param name="QueryId">The id that its caller gave; the same but for Prickle's engine, which gives ids of its own.</param>
/// <param name="Elapsed">Seconds.</param>
/// <param name="RowsInAll">As the node guesses; 0 where it cannot.</param>
/// <param name="Comment">What its caller noted in <c>log_comment</c>.</param>
sealed record RunningQuery(
    NodeName Node, string ProcessId, string QueryId, string User, double Elapsed, long RowsRead, long RowsInAll, long BytesRead, long Memory,
    string Kind, string Text, string Client, bool IsCancelled, string? PartOf, string Comment)
{
    /// <summary>How far it is, from 0 to 1; null where nobody knows.</summary>
    public double? Progress => RowsInAll > 0 ? Math.Clamp((double)RowsRead / RowsInAll, 0, 1) : null;
}

/// <summary>What ran on the nodes of a server at a moment.</summary>
/// <param name="Answer">Who answered and who did not.</param>
/// <param name="Queries">The longest first; our own questions are left out.</param>
sealed record RunningSnapshot(FleetAnswer<ProcessRow> Answer, IReadOnlyList<RunningQuery> Queries, DateTimeOffset At)
{
    public static RunningSnapshot Of(FleetAnswer<ProcessRow> answer, DateTimeOffset at) =>
        new(answer, [.. answer.Nodes.OfType<NodeAnswer<ProcessRow>.Rows>().SelectMany(Of).OrderByDescending(query => query.Elapsed)], at);

    static IEnumerable<RunningQuery> Of(NodeAnswer<ProcessRow>.Rows answer)
    {
        // Prickle's engine keeps the ids of callers in log_comment. Our own question runs too: where it stands tells which it is.
        var isTagged = answer.Items.Any(row => IsOwn(row.Comment)) && !answer.Items.Any(row => IsOwn(row.ProcessId));
        foreach (var row in answer.Items)
        {
            var (id, comment) = !isTagged ? (row.ProcessId, row.Comment)
                : row.Comment.IndexOf(' ') is var end and > 0 ? (row.Comment[..end], row.Comment[(end + 1)..]) : (row.Comment, "");
            // Without a tag it is the engine's own housekeeping.
            if (!IsOwn(id) && id.Length > 0)
            {
                yield return new RunningQuery(
                    answer.Node, row.ProcessId, id, row.User, row.Elapsed, row.RowsRead, row.RowsInAll, row.BytesRead, row.Memory,
                    row.Kind.Length > 0 ? row.Kind : StatementKind.Of(row.Text), row.Text, row.Client, row.IsCancelled, row.PartOf, comment);
            }
        }
    }

    static bool IsOwn(string id) => id.StartsWith(NodeClient.OwnQueries, StringComparison.Ordinal);
}

/// <summary>A row of <c>system.processes</c>.</summary>
sealed record ProcessRow(
    string ProcessId, string Comment, string User, double Elapsed, long RowsRead, long RowsInAll, long BytesRead, long Memory,
    string Kind, string Text, string Client, bool IsCancelled, string? PartOf)
{
    const int LongestText = 20_000;
    const int Most = 1000;

    /// <summary>All that run on a node.</summary>
    public static readonly SystemQuery<ProcessRow> All = new(Write, Read);

    static SystemStatement Write(NodeCapabilities node) => !node.Has("processes")
        ? new SystemStatement.Missing("system.processes", "The user who reads may not see what runs: grant it SELECT on system.processes.")
        : $"""
          SELECT query_id, {(node.Has("processes", "Settings") ? "Settings['log_comment']" : "''")} AS comment, user, elapsed, read_rows, total_rows_approx, read_bytes,
            memory_usage, {node.Column("processes", "query_kind", "''")} AS kind, substring(query, 1, {LongestText}) AS text,
            if(client_name != '', client_name, http_user_agent) AS client, is_cancelled, if(is_initial_query, '', initial_query_id) AS part_of
          FROM system.processes ORDER BY elapsed DESC LIMIT {Most}
          """;

    static ProcessRow Read(NodeRow row) => new(
        row.Text("query_id"), row.Text("comment"), row.Text("user"), row.Real("elapsed"), row.Number("read_rows"), row.Number("total_rows_approx"), row.Number("read_bytes"),
        Math.Max(0, row.Number("memory_usage")), row.Text("kind"), row.Text("text"), row.Text("client"), row.Flag("is_cancelled"),
        row.Text("part_of") is { Length: > 0 } part ? part : null);
}
