using System.Text.RegularExpressions;
using Prickle.ClickHouse.Nodes;
using Prickle.House.Frame;
using Prickle.Servers;

namespace Prickle.House.Health;

/// <summary>Statements <c>ON CLUSTER</c>: how far each is at each node that it is meant for.</summary>
static partial class DistributedStatements
{
    /// <summary>Where servers keep the queue in Keeper, unless their configuration (<c>distributed_ddl</c>) says otherwise; none of the system tables tells.</summary>
    const string Path = "/clickhouse/task_queue/ddl";

    const string Finished = "Finished";
    const int MostEntries = 100;

    public static HealthList List(string group, SystemStatement.Missing noKeeper) => new(
        "ddl_queue", group, "Statements for the whole cluster", "No statement was sent to the whole cluster.", "-created",
        [
            new("entry", "Entry", Width: 150, WideOnly: true), new("query", "Statement", CellKind.Long), new("done", "Done", Width: 90), new("created", "Sent", CellKind.Moment, 120),
            new("host", "For node", Width: 160), new("status", "State", Width: 110), new("exception", "Error", CellKind.Long, IsBad: value => value is string { Length: > 0 }),
        ],
        // Without a Keeper there is no queue, and newer servers fail instead of showing none.
        capabilities => !capabilities.Has("zookeeper") ? noKeeper
            : capabilities.Has("distributed_ddl_queue", "exception_text")
            ? "SELECT entry, query, '' AS done, toUInt32(query_create_time) AS created, concat(host, ':', toString(port)) AS host, toString(status) AS status, if(exception_code = 'OK' OR toString(exception_code) = '0', '', exception_text) AS exception FROM system.distributed_ddl_queue ORDER BY entry DESC LIMIT 1000"
            // Before 21.2 the queue can be seen in Keeper alone. Who is done stands a level deeper, and is asked for below.
            : $"SELECT name AS entry, replaceRegexpOne(extract(value, '(?s)query: (.*?)\\\\nhosts:'), '\\\\\\\\\\\\\\\\n', ' ') AS query, '' AS done, toUInt32(ctime) AS created, extract(value, 'hosts: (.*)') AS host, '' AS status, '' AS exception FROM system.zookeeper WHERE path = '{Path}' ORDER BY name DESC LIMIT {MostEntries}")
    {
        Add = AddAsync,
    };

    static async Task<FleetAnswer<HealthRow>> AddAsync(Fleet fleet, WatchedServer server, FleetAnswer<HealthRow> answer, CancellationToken cancellationToken)
    {
        // All nodes of a cluster see the same queue: each statement is listed once for each node that it is meant for.
        var seen = new HashSet<(object?, object?, object?, object?)>();
        var nodes = new List<NodeAnswer<HealthRow>>();
        foreach (var node in answer.Nodes)
        {
            if (node is not NodeAnswer<HealthRow>.Rows rows)
            {
                nodes.Add(node);
                continue;
            }
            var own = rows.Items.Where(row => seen.Add((row.Cells["entry"], row.Cells["query"], row.Cells["created"], row.Cells["host"]))).ToList();
            var (old, told) = (own.Where(row => row.Cells["status"] is "").ToList(), own.Where(row => row.Cells["status"] is not "").ToList());
            if (old.Count > 0)
            {
                told.AddRange(Expand(old, await StatesAsync(fleet, server, rows.Node, old, cancellationToken)));
            }
            nodes.Add(rows with { Items = [.. told.GroupBy(row => row.Cells["entry"]).SelectMany(Count)] });
        }
        return new FleetAnswer<HealthRow>(nodes);
    }

    /// <summary>What an old server notes below each entry: under <c>finished</c> with its outcome who is done, under <c>active</c> who is at it.</summary>
    static async Task<NodeAnswer<HostState>> StatesAsync(Fleet fleet, WatchedServer server, NodeName node, IEnumerable<HealthRow> entries, CancellationToken cancellationToken)
    {
        var looks = entries.Select(row => (string)row.Cells["entry"]!).SelectMany(entry => (string[])["finished", "active"], (entry, kind) =>
            $"SELECT {NodeSql.Literal(entry)} AS entry, '{kind}' AS kind, name, value FROM system.zookeeper WHERE path = {NodeSql.Literal($"{Path}/{entry}/{kind}")}");
        var question = new SystemQuery<HostState>(
            _ => new NodeStatement(string.Join("\nUNION ALL\n", looks)) { Settings = [("max_execution_time", "10")] },
            row => new HostState(row.Text("entry"), row.Text("kind"), Uri.UnescapeDataString(row.Text("name")), row.Text("value")));
        return await fleet.AskNodeAsync(server, node.Address, question, Account.Monitor, cancellationToken);
    }

    static IEnumerable<HealthRow> Expand(IEnumerable<HealthRow> entries, NodeAnswer<HostState> answer)
    {
        var states = (answer as NodeAnswer<HostState>.Rows)?.Items.ToLookup(state => (state.Entry, state.Host));
        return entries.SelectMany(row => HostPattern.Matches((string)row.Cells["host"]!).Select(match => Uri.UnescapeDataString(match.Groups[1].Value)), (row, host) =>
        {
            var known = states?[((string)row.Cells["entry"]!, host)].ToList();
            var finished = known?.Find(state => state.Kind == "finished");
            return With(row,
                ("host", host),
                ("status", known is null ? "Not known" : finished is not null ? Finished : known.Count > 0 ? "Active" : "Waiting"),
                // The outcome of a node begins with the code of its error; 0 is none.
                ("exception", answer is NodeAnswer<HostState>.Failed failed ? failed.Failure.Message : finished is null or { Value: "0" } || finished.Value.StartsWith("0\n", StringComparison.Ordinal) ? "" : finished.Value));
        });
    }

    static IEnumerable<HealthRow> Count(IEnumerable<HealthRow> ofEntry)
    {
        var rows = ofEntry.ToList();
        var done = rows.Exists(row => row.Cells["status"] is "Not known") ? $"? of {rows.Count}" : $"{rows.Count(row => row.Cells["status"] is Finished)} of {rows.Count}";
        return rows.Select(row => With(row, ("done", done)));
    }

    static HealthRow With(HealthRow row, params (string Key, object? Value)[] cells)
    {
        var changed = new Dictionary<string, object?>(row.Cells);
        foreach (var (key, value) in cells)
        {
            changed[key] = value;
        }
        return new HealthRow(changed);
    }

    [GeneratedRegex("'([^']+)'")]
    static partial Regex HostPattern { get; }

    /// <summary>What a node noted of an entry.</summary>
    sealed record HostState(string Entry, string Kind, string Host, string Value);
}
