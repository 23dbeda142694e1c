using System.Globalization;
using Prickle.ClickHouse.Nodes;
using Prickle.Servers;

namespace Prickle.House.Queries;

/// <summary>Where the time of a statement went, by the stacks that nodes sampled.</summary>
/// <param name="Root">Null where nobody knows.</param>
/// <param name="Reason">Why, and what would change it.</param>
sealed record FlamesAnswer(FlameNode? Root, long Samples, string? Reason);

/// <summary>Makes flame graphs of <c>system.trace_log</c>.</summary>
sealed class QueryFlames(Fleet fleet)
{
    const int MostStacks = 5000;
    const int MostAddresses = 20_000;

    /// <summary>Kinds of samples that are offered.</summary>
    public static readonly IReadOnlyList<string> Types = ["CPU", "Real", "Memory"];

    static readonly SystemQuery<StackRow> Nothing = new(_ => "", row => new StackRow(row.Texts("stack"), row.Number("samples")));

    public async Task<FlamesAnswer> FindAsync(QueryDetail detail, string type, CancellationToken cancellationToken)
    {
        if (!Types.Contains(type))
        {
            return new FlamesAnswer(null, 0, $"Kinds of samples are {string.Join(", ", Types)}.");
        }
        var answers = await Task.WhenAll(detail.Statistic.Groups.Select(groups => fleet.AskNodeAsync(
            detail.Server, groups.Key, Nothing with { Write = node => Write(node, detail.Range, groups.Value, type) }, cancellationToken: cancellationToken)));
        var stacks = new List<(IReadOnlyList<string>, long)>();
        foreach (var rows in answers.OfType<NodeAnswer<StackRow>.Rows>())
        {
            var names = await NamesAsync(detail.Server, rows, cancellationToken);
            // The log begins with the innermost.
            stacks.AddRange(rows.Items.Select(row => ((IReadOnlyList<string>)[.. row.Stack.Reverse().Select(address => names.GetValueOrDefault(address) ?? Hexadecimal(address))], row.Samples)));
        }
        if (stacks.Count > 0)
        {
            var root = FlameNode.Fold(stacks);
            return new FlamesAnswer(root, root.Samples, null);
        }
        return new FlamesAnswer(null, 0, answers.Select(Why).FirstOrDefault(why => why is not null)
            ?? $"The nodes sampled no {type} stacks of it in this stretch: it is too short, or query_profiler_cpu_time_period_ns and query_profiler_real_time_period_ns are 0 for those who ask it.");
    }

    static string? Why(NodeAnswer<StackRow> answer) => answer switch
    {
        NodeAnswer<StackRow>.Missing missing => $"There is no {missing.Piece} on {missing.Node}. {missing.Remedy}",
        NodeAnswer<StackRow>.Failed failed => $"{failed.Node}: {failed.Failure.Message}",
        _ => null,
    };

    static SystemStatement Write(NodeCapabilities node, QueryRange range, IEnumerable<ulong> groups, string type)
    {
        if (!node.Has("trace_log", "trace") || !node.Has("trace_log", "trace_type"))
        {
            return new SystemStatement.Missing(
                "system.trace_log",
                "ClickHouse samples stacks since 20.3: name a trace_log in its configuration, and set query_profiler_cpu_time_period_ns to 10000000 in the profile of those who ask.");
        }
        var (from, to) = (range.From.ToUnixTimeSeconds(), range.To.ToUnixTimeSeconds());
        return new NodeStatement(
            $"""
            SELECT arrayMap(address -> toString(address), trace) AS stack, count() AS samples FROM system.trace_log
            WHERE event_date >= toDate(toDateTime({from})) AND event_date <= toDate(toDateTime({to})) + 1 AND toString(trace_type) = '{type}'
              AND query_id IN (SELECT query_id FROM system.query_log WHERE {LogRows.During(range)} AND {LogRows.Of(node, groups)})
            GROUP BY stack ORDER BY samples DESC LIMIT {MostStacks}
            """)
        { Deadline = LogRows.Patience, Settings = [("max_execution_time", "30")] };
    }

    /// <summary>Names of addresses, where the node may tell them; the others are shown as addresses.</summary>
    async Task<IReadOnlyDictionary<string, string>> NamesAsync(WatchedServer server, NodeAnswer<StackRow>.Rows rows, CancellationToken cancellationToken)
    {
        // What a node gave as an address is a number before it is put into a statement.
        var addresses = rows.Items.SelectMany(row => row.Stack).Distinct().Select(text => ulong.TryParse(text, CultureInfo.InvariantCulture, out var address) ? address : 0).Where(address => address != 0).Take(MostAddresses).ToList();
        var question = new SystemQuery<(string Address, string Name)>(
            node => !node.Functions.Contains("addressToSymbol") || !node.Functions.Contains("demangle") || addresses.Count == 0
                ? new SystemStatement.Missing("addressToSymbol", "")
                : new NodeStatement($"SELECT toString(address) AS address, demangle(addressToSymbol(address)) AS name FROM (SELECT arrayJoin([{string.Join(',', addresses)}]) AS address)")
                {
                    Settings = [("allow_introspection_functions", "1"), ("max_execution_time", "10"), ("max_query_size", "1000000")],
                    Deadline = TimeSpan.FromSeconds(15),
                },
            row => (row.Text("address"), row.Text("name")));
        return await fleet.AskNodeAsync(server, rows.Node.Address, question, cancellationToken: cancellationToken) is NodeAnswer<(string Address, string Name)>.Rows named
            ? named.Items.Where(one => one.Name.Length > 0).ToDictionary(one => one.Address, one => one.Name) : new Dictionary<string, string>();
    }

    static string Hexadecimal(string address) =>
        ulong.TryParse(address, CultureInfo.InvariantCulture, out var number) ? $"0x{number.ToString("x", CultureInfo.InvariantCulture)}" : address;

    sealed record StackRow(string[] Stack, long Samples);
}
