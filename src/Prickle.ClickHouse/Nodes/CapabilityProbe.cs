using System.Collections.Frozen;

namespace Prickle.ClickHouse.Nodes;

/// <summary>Looks at what a node has: six short questions, none of which sends a setting. Ten milliseconds on an old server, some more on a new one.</summary>
public static class CapabilityProbe
{
    /// <summary>Looks; gives the failure where the node does not answer at all.</summary>
    /// <param name="client">Asks.</param>
    /// <param name="node">Whom.</param>
    /// <param name="deadline">How long each question may take.</param>
    /// <param name="time">Now, for when the node was started.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<(NodeCapabilities? Capabilities, NodeFailure? Failure)> LookAsync(
        NodeClient client, NodeTarget node, TimeSpan deadline, TimeProvider time, CancellationToken cancellationToken)
    {
        var missed = new List<string>();
        var first = await client.AskAsync(node, Statement("SELECT version() AS version, timezone() AS zone, hostName() AS host, uptime() AS uptime"), true, cancellationToken);
        if (first is not NodeReply.Answered { Table: { Count: 1 } self })
        {
            return (null, first is NodeReply.Failed failed ? failed.Failure : new NodeFailure(NodeFailureKind.NotClickHouse, "What answers there is not ClickHouse's HTTP interface."));
        }
        var tables = SeeAsync("system.columns", "SELECT table, name FROM system.columns WHERE database = 'system'");
        var functions = SeeAsync("system.functions", "SELECT name FROM system.functions");
        var tableFunctions = SeeAsync("system.table_functions", "SELECT name FROM system.table_functions");
        var settings = SeeAsync("system.settings", "SELECT name, value FROM system.settings");
        var parameters = client.AskAsync(node, Statement("SELECT {probe:UInt8} AS probe") with { Values = [("probe", "1")] }, true, cancellationToken);
        await Task.WhenAll(tables, functions, tableFunctions, settings, parameters);
        var row = self.Rows.Single();
        var known = (await settings).Rows.ToDictionary(one => one.Text("name"), one => one.Text("value"));
        return (new NodeCapabilities
        {
            Version = row.Text("version"),
            TimeZone = row.Text("zone"),
            Host = row.Text("host"),
            StartedAt = time.GetUtcNow() - TimeSpan.FromSeconds(row.Number("uptime")),
            Readonly = int.TryParse(known.GetValueOrDefault("readonly"), out var level) ? level : 0,
            // Busy or slow says nothing about it: an old node names the setting that it does not know (115), or that may not be set (164).
            TakesParameters = await parameters is not NodeReply.Failed { Failure.Kind: NodeFailureKind.UnknownSetting or NodeFailureKind.Readonly or NodeFailureKind.Refused },
            Tables = (await tables).Rows.GroupBy(one => one.Text("table"), one => one.Text("name")).ToFrozenDictionary(table => table.Key, table => table.ToFrozenSet()),
            Functions = NamesOf(await functions),
            TableFunctions = NamesOf(await tableFunctions),
            Settings = known.Keys.ToFrozenSet(),
            NotSeen = missed,
        }, null);

        NodeStatement Statement(string sql) => new(sql) { Deadline = deadline };

        async Task<NodeTable> SeeAsync(string what, string sql)
        {
            switch (await client.AskAsync(node, Statement(sql), true, cancellationToken))
            {
                case NodeReply.Answered answered: return answered.Table;
                case NodeReply.Failed failed:
                    lock (missed)
                    {
                        missed.Add($"{what}: {failed.Failure.Message}");
                    }
                    return NodeTable.Empty;
                default: throw new System.Diagnostics.UnreachableException();
            }
        }
    }

    static FrozenSet<string> NamesOf(NodeTable table) => table.Rows.Select(row => row.Text("name")).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
