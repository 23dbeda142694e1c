using Prickle.ClickHouse.Nodes;
using Prickle.Servers;

namespace Prickle.House.Health;

/// <summary>A setting on one node.</summary>
sealed record NodeSetting(string Kind, string Name, string Value, bool IsChanged);

/// <summary>A setting that is not the same on all nodes, or not the default.</summary>
/// <param name="Values">By node; a node that does not know it is missing.</param>
sealed record SettingLine(string Kind, string Name, IReadOnlyDictionary<string, string> Values, bool Differs);

/// <summary>What is set on the nodes of a server, and where they differ.</summary>
static class SettingsDrift
{
    static readonly string[] Tables = ["settings", "merge_tree_settings", "replicated_merge_tree_settings", "server_settings"];

    public static readonly SystemQuery<NodeSetting> Question = new(
        capabilities => string.Join("\nUNION ALL\n", Tables.Where(capabilities.Has).Select(table =>
            $"SELECT '{table}' AS kind, name, value, toUInt8({capabilities.Column(table, "changed", "0")}) AS changed FROM system.{table}")),
        row => new NodeSetting(row.Text("kind"), row.Text("name"), row.Text("value"), row.Flag("changed")));

    // Nodes differ in these on purpose, or by themselves.
    static readonly HashSet<string> Own = ["display_name", "interserver_http_host", "log_comment", "default_replica_name"];

    /// <summary>Settings that differ between nodes first, then those that somebody changed everywhere alike.</summary>
    public static IReadOnlyList<SettingLine> Of(WatchedServer server, FleetAnswer<NodeSetting> answer)
    {
        var nodes = answer.Nodes.OfType<NodeAnswer<NodeSetting>.Rows>().Count();
        return
        [
            .. answer.Items.GroupBy(item => (item.Item.Kind, item.Item.Name))
                .Select(setting => (setting.Key, Values: setting.GroupBy(item => server.LabelOf(item.Node)).ToDictionary(node => node.Key, node => node.First().Item.Value), IsChanged: setting.Any(item => item.Item.IsChanged)))
                .Select(one => (Line: new SettingLine(one.Key.Kind, one.Key.Name, one.Values, !Own.Contains(one.Key.Name) && (one.Values.Count < nodes || one.Values.Values.Distinct().Count() > 1)), one.IsChanged))
                .Where(one => one.Line.Differs || one.IsChanged)
                .Select(one => one.Line).OrderByDescending(line => line.Differs).ThenBy(line => line.Kind, StringComparer.Ordinal).ThenBy(line => line.Name, StringComparer.Ordinal),
        ];
    }
}
