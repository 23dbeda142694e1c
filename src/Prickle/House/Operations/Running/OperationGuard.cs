using System.Globalization;
using Prickle.ClickHouse.Nodes;
using Prickle.House.Frame;

namespace Prickle.House.Operations.Running;

/// <summary>How well a server is, for somebody who wants to give it more to do.</summary>
enum GuardVerdict
{
    Fine,
    Slow,
    Stop,
}

/// <summary>Looks at all nodes before each piece of work, so that an operation gives way to what the server is there for.</summary>
static class OperationGuard
{
    const double LeastFree = 0.05;

    /// <summary>The worst of all nodes. One that does not answer is waited for.</summary>
    /// <param name="server">Whose nodes.</param>
    /// <param name="throttle">The lines.</param>
    /// <param name="definition">Its tables are those whose parts are counted; its own checks are asked too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<(GuardVerdict Verdict, string? Reason)> JudgeAsync(OperationServer server, OperationThrottle throttle, OperationDefinition definition, CancellationToken cancellationToken)
    {
        var worst = (Verdict: GuardVerdict.Fine, Reason: (string?)null);
        var tables = definition.Tables;
        foreach (var (verdict, reason) in await Task.WhenAll(server.Nodes.SelectMany(node =>
            definition.HealthChecks.Select(check => JudgeAsync(server, node, check, cancellationToken)).Prepend(JudgeAsync(server, node, throttle, tables, cancellationToken)))))
        {
            worst = verdict > worst.Verdict ? (verdict, reason) : worst;
        }
        return worst;
    }

    static async Task<(GuardVerdict, string?)> JudgeAsync(OperationServer server, OperationNode node, OperationThrottle throttle, IReadOnlyCollection<(string Database, string Table)> tables, CancellationToken cancellationToken)
    {
        if (await server.CapabilitiesAsync(node, cancellationToken) is not { } capabilities)
        {
            return (GuardVerdict.Slow, $"{node.Label} does not answer.");
        }
        var free = capabilities.Has("disks") ? "(SELECT min(free_space / total_space) FROM system.disks WHERE total_space > 0)" : "1.";
        // An engine without replicas may lack this table.
        var delay = capabilities.Has("asynchronous_metrics") ? "(SELECT toInt64(max(value)) FROM system.asynchronous_metrics WHERE metric = 'ReplicasMaxAbsoluteDelay')" : "toInt64(0)";
        // Of the operation's own tables: what others are like is none of its doing.
        var own = tables.Count == 0 ? "0" : string.Join(" OR ", tables.Select(table => $"(database = {NodeSql.Literal(table.Database)} AND table = {NodeSql.Literal(table.Table)})"));
        var reply = await server.AskAsync(
            node,
            $"""
            SELECT sumIf(value, metric = 'Query') AS queries, sumIf(value, metric = 'ReadonlyReplica') AS readonly, {free} AS free,
                   {delay} AS delay,
                   (SELECT toInt64(max(n)) FROM (SELECT count() AS n FROM system.parts WHERE active AND ({own}) GROUP BY database, table, partition_id)) AS parts
            FROM system.metrics
            """, cancellationToken);
        if (reply is not NodeReply.Answered { Table: { Count: 1 } table })
        {
            return (GuardVerdict.Slow, $"{node.Label} does not answer: {(reply as NodeReply.Failed)?.Failure.Message}");
        }
        var row = table.Rows.First();
        if (row.Number("readonly") > 0)
        {
            return (GuardVerdict.Stop, $"replicas on {node.Label} only read.");
        }
        if (row.Real("free") is < LeastFree and var left)
        {
            return (GuardVerdict.Stop, string.Create(CultureInfo.InvariantCulture, $"a disk of {node.Label} has {left:0.#%} left."));
        }
        return Worse(
            Against(row.Number("queries"), throttle.SlowQueries, throttle.StopQueries, $"statements at work on {node.Label}"),
            Against(row.Number("parts"), throttle.SlowParts, throttle.StopParts, $"parts in a partition on {node.Label}"),
            Against(row.Number("delay"), throttle.SlowDelay, throttle.StopDelay, $"seconds that a replica on {node.Label} is behind"));
    }

    // One that does not answer is found out by the others; a check that gives no number stops it: it was to protect something.
    static async Task<(GuardVerdict, string?)> JudgeAsync(OperationServer server, OperationNode node, HealthCheck check, CancellationToken cancellationToken) =>
        await server.AskAsync(node, check.Sql, cancellationToken) switch
        {
            NodeReply.Answered { Table: { Count: > 0 } table } when table.Rows.First().Text(table.Columns[0].Name) is var text
                && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) =>
                value > check.Stop ? (GuardVerdict.Stop, string.Create(CultureInfo.InvariantCulture, $"{check.Name}: {value:0.##} on {node.Label}, and {check.Stop:0.##} is where it stops."))
                : value > check.Slow ? (GuardVerdict.Slow, string.Create(CultureInfo.InvariantCulture, $"{check.Name}: {value:0.##} on {node.Label}, and it waits above {check.Slow:0.##}."))
                : (GuardVerdict.Fine, null),
            NodeReply.Failed { Failure: { IsAway: false, IsUncertain: false } failure } => (GuardVerdict.Stop, $"{check.Name} cannot be asked on {node.Label}: {failure.Message}"),
            NodeReply.Answered => (GuardVerdict.Stop, $"{check.Name} gives no number on {node.Label}."),
            _ => (GuardVerdict.Slow, $"{node.Label} does not answer."),
        };

    static (GuardVerdict, string?) Against(long value, int slow, int stop, string what) =>
        stop > 0 && value > stop ? (GuardVerdict.Stop, string.Create(CultureInfo.InvariantCulture, $"{value} {what}, and {stop} is where it stops."))
        : slow > 0 && value > slow ? (GuardVerdict.Slow, string.Create(CultureInfo.InvariantCulture, $"{value} {what}, and it waits above {slow}."))
        : (GuardVerdict.Fine, null);

    static (GuardVerdict, string?) Worse(params (GuardVerdict Verdict, string? Reason)[] all) => all.MaxBy(one => one.Verdict);
}
