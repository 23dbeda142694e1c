using System.Text.Json.Nodes;
using Prickle.Ui.Values;
using JsonNode = System.Text.Json.Nodes.JsonNode;

namespace Prickle.Ui.Charts.Options;

/// <summary>A Sankey diagram whose columns are the positions of the way.</summary>
static class PathOption
{
    const int ColumnWidth = 208;
    const int NodeHeight = 52;

    public static ChartPlan Of(PathChart chart)
    {
        // ECharts refuses edges whose ends it does not know, and cannot draw rings: only forward edges are drawn.
        var positions = chart.Nodes.DistinctBy(node => node.Key).ToDictionary(node => node.Key, node => node.Position);
        var edges = chart.Edges.Index().Where(one => one.Item.Count > 0 && positions.TryGetValue(one.Item.From, out var from)
            && positions.TryGetValue(one.Item.To, out var to) && from < to).ToList();
        var nodes = chart.Nodes.Index().DistinctBy(one => one.Item.Key).ToList();
        var columns = nodes.Count == 0 ? 1 : nodes.Max(one => one.Item.Position) + 1;
        var highest = nodes.Count == 0 ? 1 : nodes.GroupBy(one => one.Item.Position).Max(column => column.Count());
        var option = Style.Base();
        option["tooltip"] = Style.ItemTooltip();
        option["series"] = new JsonArray(new JsonObject
        {
            ["id"] = "paths",
            ["type"] = "sankey",
            ["left"] = 4,
            ["right"] = ColumnWidth - 24,
            ["top"] = 12,
            ["bottom"] = 12,
            ["nodeWidth"] = 12,
            ["nodeGap"] = 20,
            ["nodeAlign"] = "left",
            ["draggable"] = false,
            ["layoutIterations"] = 32,
            ["animationDuration"] = 180,
            ["emphasis"] = new JsonObject { ["focus"] = "adjacency" },
            ["blur"] = new JsonObject { ["label"] = new JsonObject { ["opacity"] = 0.35 } },
            ["itemStyle"] = new JsonObject { ["borderWidth"] = 0, ["borderRadius"] = 3 },
            ["lineStyle"] = new JsonObject { ["color"] = "source", ["opacity"] = 0.22, ["curveness"] = 0.5 },
            ["label"] = new JsonObject
            {
                ["position"] = "right",
                ["color"] = Style.Text,
                ["fontSize"] = 12,
                ["width"] = ColumnWidth - 56,
                ["overflow"] = "truncate",
                ["distance"] = 8,
                ["formatter"] = new JsonObject { ["$"] = "nodeLabel" },
                ["lineHeight"] = 16,
                ["textBorderColor"] = Style.Surface,
                ["textBorderWidth"] = 3,
                ["rich"] = new JsonObject { ["count"] = new JsonObject { ["color"] = Style.Quiet, ["fontSize"] = 12, ["lineHeight"] = 16, ["textBorderColor"] = Style.Surface, ["textBorderWidth"] = 3 } },
            },
            ["data"] = new JsonArray([.. nodes.Select(one => Node(chart, one.Item))]),
            ["links"] = new JsonArray([.. edges.Select(one => Edge(chart, one.Item))]),
        });
        // The drawing says 0 for a node and 1 for an edge.
        return new(option, (kind, index) => kind switch
        {
            0 when index >= 0 && index < nodes.Count => new(-1, nodes[index].Index, "", nodes[index].Item.Key),
            1 when index >= 0 && index < edges.Count => new(edges[index].Index, -1, edges[index].Item.From, edges[index].Item.To),
            _ => null,
        })
        { Width = columns > 1 ? columns * ColumnWidth : null, Height = highest * NodeHeight + 24 };
    }

    static JsonNode Node(PathChart chart, PathNode node)
    {
        var (came, left) = (chart.Edges.Where(edge => edge.To == node.Key).Sum(edge => edge.Count), chart.Edges.Where(edge => edge.From == node.Key).Sum(edge => edge.Count));
        var count = Math.Max(came, left);
        return new JsonObject
        {
            ["name"] = node.Key,
            ["depth"] = node.Position,
            ["title"] = node.Name,
            ["count"] = chart.Unit.Short(count),
            ["itemStyle"] = new JsonObject { ["color"] = Style.Series(node.Position) },
            ["tip"] = Style.Tip(node.Name, ("Here", chart.Unit.Named(count)), ("Went on", chart.Unit.Full(left)),
                node.Position > 0 && came > left ? ("Went no further", chart.Unit.Full(came - left)) : null),
        };
    }

    static JsonNode Edge(PathChart chart, PathEdge edge)
    {
        string NameOf(string key) => chart.Nodes.First(node => node.Key == key).Name;
        var left = chart.Edges.Where(other => other.From == edge.From).Sum(other => other.Count);
        return new JsonObject
        {
            ["source"] = edge.From,
            ["target"] = edge.To,
            ["value"] = edge.Count,
            ["tip"] = Style.Tip($"{NameOf(edge.From)} → {NameOf(edge.To)}", ("Went this way", chart.Unit.Named(edge.Count)),
                left > 0 ? ("Of those who went on", ValueUnit.Share().Short(edge.Count / left)) : null,
                edge.AverageSeconds is { } seconds ? ("Average time", ValueUnit.Seconds().Full(seconds)) : null),
        };
    }
}
