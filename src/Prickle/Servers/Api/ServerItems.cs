using Prickle.ClickHouse.Nodes;

namespace Prickle.Servers.Api;

/// <summary>A server, as the API gives it: passwords never.</summary>
sealed record ServerItem(
    Guid Id, string Name, bool IsOwn, IReadOnlyList<string> Nodes, string MonitorUser, bool HasMonitorPassword, string? OperatorUser, bool HasOperatorPassword,
    string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, int Version, IReadOnlyList<NodeHealthItem> Health)
{
    public static ServerItem Of(WatchedServer server, Fleet fleet) => new(
        server.Id, server.Name, server.IsOwn, [.. server.Nodes.Select(node => node.ToString())], server.MonitorUser, server.HasMonitorPassword, server.OperatorUser,
        server.HasOperatorPassword, server.CreatedBy, server.CreatedAt, server.UpdatedAt, server.Version, [.. fleet.HealthOf(server).Select(NodeHealthItem.Of)]);
}

/// <summary>What is known of a node.</summary>
sealed record NodeHealthItem(
    string Address, string? Host, string? ClickHouseVersion, string? TimeZone, DateTimeOffset? StartedAt, DateTimeOffset? LastAnsweredAt, DateTimeOffset? FailingSince, FailureItem? Failure)
{
    public static NodeHealthItem Of(NodeHealth health) => new(
        health.Node.Address.ToString(), health.Node.Host, health.Capabilities?.Version, health.Capabilities?.TimeZone, health.Capabilities?.StartedAt,
        health.LastAnsweredAt, health.FailingSince, FailureItem.Of(health.Failure));
}

/// <summary>Why a node gave no answer.</summary>
sealed record FailureItem(NodeFailureKind Kind, string Message, int? Code)
{
    public static FailureItem? Of(NodeFailure? failure) => failure is null ? null : new FailureItem(failure.Kind, failure.Message, failure.Code);
}

/// <summary>What came of trying a node.</summary>
sealed record NodeReportItem(
    string Address, Account Account, NodeVerdict Verdict, string Message, FailureItem? Failure, string? ClickHouseVersion, IReadOnlyList<string> Notes, IReadOnlyList<ClusterHintItem> ClusterNodes)
{
    public static NodeReportItem Of(NodeReport report) => new(
        report.Node.ToString(), report.Account, report.Verdict, report.Message, FailureItem.Of(report.Failure), report.Capabilities?.Version, report.Notes, [.. report.Hints.Select(ClusterHintItem.Of)]);
}

/// <summary>A node that is named by another and is not in the list: the address is a guess, and nothing was sent there.</summary>
sealed record ClusterHintItem(IReadOnlyList<string> Clusters, int Nodes, string Host, string Address)
{
    public static ClusterHintItem Of(ClusterHint hint) => new(hint.Clusters, hint.Nodes, hint.Host, hint.Address.ToString());
}
