using Prickle.Servers;

namespace Prickle.House.Frame;

/// <summary>What the nodes of a server said: rows with their node, and what became of the question at each.</summary>
sealed record FleetItem<T>(IReadOnlyList<NodeRowItem<T>> Results, IReadOnlyList<NodeSaying> Nodes)
{
    public static FleetItem<T> Of<TSource>(FleetAnswer<TSource> answer, Func<TSource, T> read) => new(
        [.. answer.Items.Select(item => new NodeRowItem<T>(item.Node.ToString(), read(item.Item)))], NodeSaying.Of(answer));
}

/// <summary>A row and the node that gave it.</summary>
sealed record NodeRowItem<T>(string Node, T Row);
