using Prickle.ClickHouse.Nodes;

namespace Prickle.Servers.Watching;

/// <summary>A member of a cluster, as one node sees it.</summary>
sealed record ClusterMember(string Cluster, long Shard, string Host, string HostAddress, bool IsLocal);

/// <summary>Finds out which nodes of a cluster nobody named yet.</summary>
static class ClusterHints
{
    const int MostMembers = 2000;
    const int LongestHost = 253;

    /// <summary>What a node says of its clusters; nothing where it does not.</summary>
    public static async Task<IReadOnlyList<ClusterMember>> MembersAsync(
        NodeClient client, NodeTarget target, NodeCapabilities capabilities, TimeSpan patience, CancellationToken cancellationToken) =>
        !capabilities.Has("clusters", "host_name") ? []
        : await client.AskAsync(target, new NodeStatement($"SELECT cluster, shard_num, host_name, host_address, is_local FROM system.clusters LIMIT {MostMembers}") { Deadline = patience }, capabilities.TakesParameters, cancellationToken)
            is NodeReply.Answered { Table: var table }
            ? [.. table.Rows.Select(row => new ClusterMember(row.Text("cluster"), row.Number("shard_num"), row.Text("host_name"), row.Text("host_address"), row.Flag("is_local")))] : [];

    /// <summary>Adds to each report what that node named and none of the others is.</summary>
    public static NodeReport[] Add(IReadOnlyList<Uri> nodes, NodeReport[] reports)
    {
        // A node may go by another name in the cluster than where it was typed: which member it is itself, it says.
        var known = nodes.Select(node => node.IdnHost).Concat(reports.SelectMany(SelvesOf).SelectMany(member => (string[])[member.Host, member.HostAddress])).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var offered = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. reports.Select(report => report with { Hints = [.. HintsOf(report, known).Where(hint => offered.Add(hint.Host))] })];
    }

    // Old servers call all replicas of their own shard local: that says which it is only where it is alone.
    static IEnumerable<ClusterMember> SelvesOf(NodeReport report) =>
        report.Members.Where(member => member.IsLocal).GroupBy(member => (member.Cluster, member.Shard)).Where(shard => shard.Count() == 1).Select(shard => shard.Single());

    static IEnumerable<ClusterHint> HintsOf(NodeReport report, HashSet<string> known)
    {
        var sizes = report.Members.GroupBy(member => member.Cluster).ToDictionary(cluster => cluster.Key, cluster => cluster.Count());
        foreach (var members in report.Members.Where(member => !known.Contains(member.Host) && !known.Contains(member.HostAddress)).GroupBy(member => member.Host, StringComparer.OrdinalIgnoreCase))
        {
            var clusters = members.Select(member => member.Cluster).Distinct().Order(StringComparer.Ordinal).ToList();
            if (AddressOf(report.Node, members.Key) is { } address)
            {
                yield return new ClusterHint(clusters, clusters.Max(cluster => sizes[cluster]), members.Key, address);
            }
        }
    }

    // Servers come with clusters that are examples, of which every member is the server itself. And what one calls a host is taken for one only if it is one: it ends up in a form as an address.
    static Uri? AddressOf(Uri node, string host) =>
        host.Length is > 0 and <= LongestHost && Uri.CheckHostName(host) is not UriHostNameType.Unknown and var kind
        && new UriBuilder(node.Scheme, kind == UriHostNameType.IPv6 ? $"[{host.Trim('[', ']')}]" : host, node.Port).Uri is { IsLoopback: false } address ? address : null;
}
