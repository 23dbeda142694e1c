namespace Prickle.Servers;

/// <summary>
/// A node that another names in <c>system.clusters</c>: a hint, and no address that anything is sent to before somebody adds it and saves.
/// Clusters know the ports of the native protocol alone, so the address has the port of the node that named it.
/// </summary>
/// <param name="Clusters">Where it is a member.</param>
/// <param name="Nodes">How many the largest of them has.</param>
/// <param name="Host">As the cluster calls it.</param>
/// <param name="Address">Where its HTTP interface probably is.</param>
public sealed record ClusterHint(IReadOnlyList<string> Clusters, int Nodes, string Host, Uri Address);
