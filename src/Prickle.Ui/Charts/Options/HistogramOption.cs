using System.Text.Json.Nodes;
using Prickle.Ui.Values;
using JsonNode = System.Text.Json.Nodes.JsonNode;

namespace Prickle.Ui.Charts.Options;

/// <summary>Bars that touch, with their bounds below the edges between them.</summary>
static class HistogramOption
{
    public static ChartPlan Of(HistogramChart chart)
    {
        var total = chart.Bins.Sum(bin => bin.Count);
        var option = Style.Base();
        option["grid"] = Style.Grid(top: chart.Mark is null ? 16 : 32);
        option["tooltip"] = Style.ItemTooltip();
        var bars = Style.CategoryAxis(chart.Bins.Select(bin => chart.BoundUnit.Short(bin.From)));
        bars["axisLabel"] = new JsonObject { ["show"] = false };
        // The second axis counts the edges: 0 left of the first bar, 1 between the first and the second …
        var edges = Style.ValueAxis(chart.BoundUnit);
        edges["min"] = 0;
        edges["max"] = Math.Max(1, chart.Bins.Count);
        edges["interval"] = new JsonObject { ["$"] = "width", ["narrow"] = Math.Max(1, (chart.Bins.Count + 3) / 4), ["wide"] = Math.Max(1, (chart.Bins.Count + 11) / 12) };
        edges["position"] = "bottom";
        edges["splitLine"] = new JsonObject { ["show"] = false };
        edges["axisLabel"]!["formatter"] = new JsonObject { ["$"] = "at", ["texts"] = Style.Strings(Edges(chart)) };
        edges["axisTick"] = new JsonObject { ["show"] = false };
        edges["axisLine"] = new JsonObject { ["show"] = false };
        option["xAxis"] = new JsonArray(bars, edges);
        var counts = Style.ValueAxis(chart.Unit);
        counts["axisLine"] = new JsonObject { ["show"] = false };
        counts["axisTick"] = new JsonObject { ["show"] = false };
        option["yAxis"] = counts;
        var lines = new JsonArray();
        if (chart.Mark is { } mark && PositionOf(chart.Bins, mark.Value) is { } position)
        {
            lines.Add(new JsonObject
            {
                ["xAxis"] = position,
                ["lineStyle"] = new JsonObject { ["color"] = Style.Text, ["type"] = new JsonArray(6, 4), ["width"] = 1.5 },
                ["label"] = new JsonObject
                {
                    ["formatter"] = new JsonObject { ["$"] = "text", ["text"] = $"{mark.Label}: {chart.BoundUnit.Short(mark.Value)}" },
                    ["position"] = "end",
                    ["color"] = Style.Text,
                    ["fontSize"] = 12,
                },
            });
        }
        option["series"] = new JsonArray(
            new JsonObject
            {
                ["id"] = "bins",
                ["type"] = "bar",
                ["color"] = Style.Series(1),
                ["barCategoryGap"] = "4%",
                ["itemStyle"] = new JsonObject { ["borderRadius"] = new JsonArray(4, 4, 0, 0) },
                ["data"] = new JsonArray([.. chart.Bins.Select(bin => (JsonNode)new JsonObject
                {
                    ["value"] = Style.Number(bin.Count),
                    ["tip"] = Style.Tip(Name(chart, bin), (chart.Unit.Name.Length > 0 ? Ranked.Capital(chart.Unit.Name) : "Count", chart.Unit.Full(bin.Count)),
                        total > 0 ? ("Share", ValueUnit.Share().Short(bin.Count / total)) : null),
                })]),
            },
            new JsonObject
            {
                ["id"] = "|marks",
                ["type"] = "line",
                ["xAxisIndex"] = 1,
                ["data"] = new JsonArray(),
                ["silent"] = true,
                ["markLine"] = new JsonObject { ["silent"] = true, ["symbol"] = "none", ["animation"] = false, ["data"] = lines },
            });
        return new(option, (series, place) => series == 0 && place >= 0 && place < chart.Bins.Count
            ? new(0, place, "", chart.Bins[place].From.ToString("R", System.Globalization.CultureInfo.InvariantCulture)) : null);
    }

    public static string Name(HistogramChart chart, HistogramBin bin) => $"{chart.BoundUnit.Full(bin.From)} – {chart.BoundUnit.Full(bin.To)}";

    /// <summary>Where a value lies, in bars from the left; null outside of all.</summary>
    public static double? PositionOf(IReadOnlyList<HistogramBin> bins, double value)
    {
        for (var place = 0; place < bins.Count; place++)
        {
            if (value >= bins[place].From && (value < bins[place].To || place == bins.Count - 1 && value == bins[place].To))
            {
                return place + (value - bins[place].From) / (bins[place].To - bins[place].From);
            }
        }
        return null;
    }

    static IEnumerable<string> Edges(HistogramChart chart) => chart.Bins.Count == 0
        ? [] : [.. chart.Bins.Select(bin => chart.BoundUnit.Short(bin.From)), chart.BoundUnit.Short(chart.Bins[^1].To)];
}
