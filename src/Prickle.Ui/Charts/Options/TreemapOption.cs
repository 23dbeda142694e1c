using System.Text.Json.Nodes;
using JsonNode = System.Text.Json.Nodes.JsonNode;

namespace Prickle.Ui.Charts.Options;

/// <summary>Areas by value; what is too small to be written upon is told by the tooltip and the table.</summary>
static class TreemapOption
{
    // Text is written upon them in the colour of text: paler than half, it reads in light and dark.
    const double SmallestOpacity = 0.18;
    const double LargestOpacity = 0.5;

    public static ChartPlan Of(TreemapChart chart)
    {
        var items = Ranked.Of([.. chart.Items.Select(item => item.Value > 0 ? item : item with { Value = double.NaN })], chart.AtMost);
        var names = Style.Distinct(items.Select(item => item.Name));
        var total = items.Sum(item => item.Value);
        var option = Style.Base();
        option["tooltip"] = Style.ItemTooltip();
        option["series"] = new JsonArray(new JsonObject
        {
            ["id"] = "items",
            ["type"] = "treemap",
            ["left"] = 0,
            ["right"] = 0,
            ["top"] = 0,
            ["bottom"] = 0,
            ["roam"] = false,
            ["nodeClick"] = false,
            ["breadcrumb"] = new JsonObject { ["show"] = false },
            ["itemStyle"] = new JsonObject { ["borderColor"] = Style.Surface, ["borderWidth"] = 1, ["gapWidth"] = 2, ["borderRadius"] = 4 },
            ["label"] = new JsonObject { ["show"] = true, ["color"] = Style.Text, ["fontSize"] = 12, ["overflow"] = "truncate" },
            ["data"] = new JsonArray([.. items.Select((item, index) => (JsonNode)new JsonObject
            {
                ["name"] = names[index], ["value"] = item.Value,
                // One hue, paler with less: neighbours would mean nothing by colours of their own.
                ["itemStyle"] = new JsonObject { ["color"] = item.IsRest ? Style.Quiet + "/0.35" : Style.Series(1, Opacity(item.Value, items[0].Value)) },
                ["tip"] = Ranked.Tip(item, chart.Unit, total),
            })]),
        });
        return new(option, (_, place) => Ranked.Select(items, place));
    }

    static double Opacity(double value, double largest) => SmallestOpacity + ((LargestOpacity - SmallestOpacity) * Math.Sqrt(value / largest));
}
