using Prickle.ClickHouse.Nodes;

namespace Prickle.Servers;

/// <summary>A node among others: by what it calls itself where it ever answered, else by its address.</summary>
public sealed record NodeName(Uri Address, string? Host)
{
    /// <summary>For people: the host, with the port where that tells more.</summary>
    public override string ToString() => Host is null ? Address.Authority : $"{Host}:{Address.Port}";
}

/// <summary>What one node said to a question.</summary>
public abstract record NodeAnswer<T>(NodeName Node)
{
    /// <summary>It answered.</summary>
    public sealed record Rows(NodeName Node, IReadOnlyList<T> Items, TimeSpan Took) : NodeAnswer<T>(Node);

    /// <summary>It lacks what the question needs.</summary>
    /// <param name="Piece">What: <c>system.text_log</c>.</param>
    /// <param name="Remedy">How it comes to be there.</param>
    public sealed record Missing(NodeName Node, string Piece, string Remedy) : NodeAnswer<T>(Node);

    /// <summary>It is away, or refused.</summary>
    /// <param name="LastAnsweredAt">Null where it never did, as far as this process knows.</param>
    public sealed record Failed(NodeName Node, NodeFailure Failure, DateTimeOffset? LastAnsweredAt) : NodeAnswer<T>(Node);
}

/// <summary>What the nodes of a server said to a question: some may be missing, and are named.</summary>
public sealed record FleetAnswer<T>(IReadOnlyList<NodeAnswer<T>> Nodes)
{
    /// <summary>Everything that came, with the node it came from.</summary>
    public IEnumerable<(NodeName Node, T Item)> Items =>
        Nodes.OfType<NodeAnswer<T>.Rows>().SelectMany(answer => answer.Items.Select(item => (answer.Node, item)));

    /// <summary>Nodes that are away or refused.</summary>
    public IEnumerable<NodeAnswer<T>.Failed> Failures => Nodes.OfType<NodeAnswer<T>.Failed>();

    /// <summary>Nodes that lack a piece.</summary>
    public IEnumerable<NodeAnswer<T>.Missing> Lacks => Nodes.OfType<NodeAnswer<T>.Missing>();

    /// <summary>Whether at least one node answered.</summary>
    public bool IsAnswered => Nodes.Any(node => node is NodeAnswer<T>.Rows);
}
