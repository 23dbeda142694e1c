using System.Text.Json.Nodes;
using JsonNode = System.Text.Json.Nodes.JsonNode;

namespace Prickle.Ui.Charts.Options;

/// <summary>Boxes with whiskers; the mean, where it is known, as a dot.</summary>
static class BoxOption
{
    public static ChartPlan Of(BoxChart chart)
    {
        var option = Style.Base();
        option["grid"] = Style.Grid();
        option["tooltip"] = Style.ItemTooltip();
        option["xAxis"] = Style.CategoryAxis(chart.Items.Select(item => item.Name));
        option["xAxis"]!["axisLabel"]!["width"] = 96;
        option["xAxis"]!["axisLabel"]!["overflow"] = "truncate";
        option["yAxis"] = Style.ValueAxis(chart.Unit);
        option["series"] = new JsonArray(
            new JsonObject
            {
                ["id"] = "boxes",
                ["type"] = "boxplot",
                ["boxWidth"] = new JsonArray(12, 44),
                ["itemStyle"] = new JsonObject { ["color"] = Style.Series(1, 0.2), ["borderColor"] = Style.Series(1), ["borderWidth"] = 1.5 },
                ["data"] = new JsonArray([.. chart.Items.Select(item => (JsonNode)new JsonObject
                {
                    ["value"] = new JsonArray(item.Minimum, item.Lower, item.Median, item.Upper, item.Maximum), ["tip"] = Tip(chart, item),
                })]),
            },
            new JsonObject
            {
                ["id"] = "means",
                ["type"] = "scatter",
                ["symbolSize"] = 8,
                ["color"] = Style.Series(0),
                ["itemStyle"] = new JsonObject { ["borderColor"] = Style.Surface, ["borderWidth"] = 1 },
                ["data"] = new JsonArray([.. chart.Items.Select(item => (JsonNode)new JsonObject { ["value"] = Style.Number(item.Mean), ["tip"] = Tip(chart, item) })]),
            });
        return new(option, (_, place) => place >= 0 && place < chart.Items.Count ? new(0, place, "", chart.Items[place].Key) : null);
    }

    static JsonObject Tip(BoxChart chart, BoxItem item) => Style.Tip(item.Name,
        ("Maximum", chart.Unit.Full(item.Maximum)), ("Three quarters below", chart.Unit.Full(item.Upper)), ("Median", chart.Unit.Full(item.Median)),
        ("A quarter below", chart.Unit.Full(item.Lower)), ("Minimum", chart.Unit.Full(item.Minimum)),
        item.Mean is { } mean ? ("Mean", chart.Unit.Full(mean)) : null,
        item.Count is { } count ? ("Values", Values.ValueUnit.Count().Full(count)) : null);
}
