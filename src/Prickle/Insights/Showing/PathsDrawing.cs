using System.Globalization;
using Prickle.Ui.Charts;

namespace Prickle.Insights.Showing;

/// <summary>Paths as a flow from position to position. Keys of nodes are the answer's own.</summary>
public static class PathsDrawing
{
    public static PathChart Of(string title, PathsResult result) => new()
    {
        Title = title,
        Unit = Ui.Values.ValueUnit.Count("transitions"),
        Nodes = [.. result.Edges.SelectMany(edge => new[] { edge.Source, edge.Target }).Distinct().Select(node => new PathNode(node, NameOf(node), PositionOf(node)))],
        Edges = [.. result.Edges.Select(edge => new PathEdge(edge.Source, edge.Target, edge.Weight, edge.AverageSeconds))],
    };

    public static ChosenNumber? Choose(PathsResult result, PointSelection point)
    {
        if (point.Series >= 0)
        {
            return point.Series < result.Edges.Count && result.Edges[point.Series] is var edge
                ? new(new ActorsSelection { PathSource = edge.Source, PathTarget = edge.Target }, $"{NameOf(edge.Source)} to {NameOf(edge.Target)}")
                : null;
        }
        // Nobody came to a first node from elsewhere, so it is told by those who left it.
        var isStart = PositionOf(point.CategoryKey) == 0;
        return new(
            isStart ? new ActorsSelection { PathSource = point.CategoryKey } : new ActorsSelection { PathTarget = point.CategoryKey },
            $"{NameOf(point.CategoryKey)} at step {(PositionOf(point.CategoryKey) + 1).ToString(CultureInfo.InvariantCulture)}");
    }

    static string NameOf(string node) => node.IndexOf('_', StringComparison.Ordinal) is >= 0 and var cut ? node[(cut + 1)..] : node;

    static int PositionOf(string node) =>
        int.TryParse(node.AsSpan(0, Math.Max(0, node.IndexOf('_', StringComparison.Ordinal))), NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position - 1 : 0;
}
