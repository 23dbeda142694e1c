using Prickle.ClickHouse.Nodes;
using Prickle.Servers;

namespace Prickle.House.Frame;

/// <summary>What became of a question at a node, as the API gives it beside the rows: who is missing is named.</summary>
/// <param name="State"><c>answered</c>, <c>missing</c> (it lacks a piece) or <c>failed</c>.</param>
/// <param name="Detail">Why, in a sentence.</param>
/// <param name="LastAnsweredAt">Of one that failed: when it last answered, as far as is known.</param>
sealed record NodeSaying(string Node, string? Host, string State, string? Piece, NodeFailureKind? Kind, string? Detail, DateTimeOffset? LastAnsweredAt = null)
{
    public static IReadOnlyList<NodeSaying> Of<T>(FleetAnswer<T> answer) => [.. answer.Nodes.Select(Of)];

    static NodeSaying Of<T>(NodeAnswer<T> answer) => answer switch
    {
        NodeAnswer<T>.Missing missing => new(missing.Node.Address.ToString(), missing.Node.Host, "missing", missing.Piece, null, missing.Remedy),
        NodeAnswer<T>.Failed failed => new(failed.Node.Address.ToString(), failed.Node.Host, "failed", null, failed.Failure.Kind, failed.Failure.Message, failed.LastAnsweredAt),
        _ => new(answer.Node.Address.ToString(), answer.Node.Host, "answered", null, null, null),
    };
}
