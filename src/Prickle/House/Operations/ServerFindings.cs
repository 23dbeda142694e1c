using System.Globalization;
using Prickle.Accounts;
using Prickle.ClickHouse.Nodes;
using Prickle.House.Operations.Running;
using Prickle.Servers;

namespace Prickle.House.Operations;

/// <summary>What speaks against an operation by what the server is like now: looked at before it is approved.</summary>
static class ServerFindings
{
    const double Spare = 1.1;

    public static async Task<IReadOnlyList<OperationFinding>> OfAsync(OperationServer server, WatchedServer watched, IReadOnlyList<PlannedStep> steps, CancellationToken cancellationToken)
    {
        if (!watched.Has(Account.Operator))
        {
            return [new OperationFinding(FindingWeight.Error, $"{watched.Name} has no operator's account, so nothing can be done there: name one in its settings.")];
        }
        var findings = new List<OperationFinding>();
        var versions = new List<string>();
        foreach (var node in server.Nodes)
        {
            // Asked now: what is known may be of a moment ago.
            var answer = await server.AskAsync(node, "SELECT sumIf(value, metric = 'ReadonlyReplica') AS readonly FROM system.metrics", cancellationToken);
            if (answer is not NodeReply.Answered { Table: { Count: 1 } metrics } || await server.CapabilitiesAsync(node, cancellationToken) is not { } capabilities)
            {
                findings.Add(new OperationFinding(
                    FindingWeight.Error, $"{node.Label} does not answer: {(answer as NodeReply.Failed)?.Failure.Message} An operation runs on all nodes or on none."));
                continue;
            }
            if (metrics.Rows.First().Number("readonly") > 0)
            {
                findings.Add(new OperationFinding(FindingWeight.Error, $"Replicas on {node.Label} only read now: their Keeper is away."));
            }
            versions.Add(capabilities.Version);
            if (!capabilities.MayWrite)
            {
                findings.Add(new OperationFinding(FindingWeight.Error, $"The operator's account may only read on {node.Label}."));
            }
            findings.AddRange(await OfAsync(server, node, capabilities, Needed(steps, node), cancellationToken));
        }
        if (versions.Select(Family).Distinct().Count() > 1)
        {
            findings.Add(new OperationFinding(FindingWeight.Warning, $"The nodes are of different versions ({string.Join(", ", versions.Distinct())}): one may refuse what another does."));
        }
        return findings;
    }

    static async Task<IReadOnlyList<OperationFinding>> OfAsync(OperationServer server, OperationNode node, NodeCapabilities capabilities, long bytes, CancellationToken cancellationToken)
    {
        var findings = new List<OperationFinding>();
        if (bytes == 0)
        {
            return findings;
        }
        if (!capabilities.Has("disks"))
        {
            findings.Add(new OperationFinding(FindingWeight.Warning, string.Create(CultureInfo.InvariantCulture, $"It needs about {bytes / 1048576d:n1} MB on {node.Label}, which does not tell how much is free.")));
        }
        else if (await server.AskAsync(node, "SELECT max(free_space) AS free FROM system.disks", cancellationToken) is NodeReply.Answered { Table: { Count: 1 } disks }
            && disks.Rows.First().Number("free") is var free && free < bytes * Spare)
        {
            findings.Add(new OperationFinding(FindingWeight.Error, string.Create(CultureInfo.InvariantCulture, $"It needs about {bytes / 1048576d:n1} MB on {node.Label}, and no disk has more than {free / 1048576d:n1} MB free.")));
        }
        return findings;
    }

    /// <summary>What the step with most data writes anew.</summary>
    static long Needed(IReadOnlyList<PlannedStep> steps, OperationNode node) =>
        steps.SelectMany(step => step.Nodes).Where(planned => planned.Node == node.Label).Select(planned => planned.Bytes).DefaultIfEmpty(0).Max();

    static string Family(string version) => string.Join('.', version.Split('.').Take(2));
}
