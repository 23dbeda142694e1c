using System.Text.Json.Nodes;
using JsonNode = System.Text.Json.Nodes.JsonNode;

namespace Prickle.Ui.Charts.Options;

/// <summary>At most six slices, and one for the rest.</summary>
static class PieOption
{
    public const int Slices = 6;

    public static ChartPlan Of(PieChart chart)
    {
        // A slice of nothing or less cannot be drawn; the table has it.
        var items = Ranked.Of([.. chart.Items.Select(item => item.Value > 0 ? item : item with { Value = double.NaN })], Slices);
        var names = Style.Distinct(items.Select(item => item.Name));
        var total = items.Sum(item => item.Value);
        var option = Style.Base();
        option["tooltip"] = Style.ItemTooltip();
        var legend = Style.Legend(names);
        legend["formatter"] = new JsonObject
        {
            ["$"] = "legend",
            ["texts"] = new JsonObject([.. names.Select((name, index) => KeyValuePair.Create<string, JsonNode?>(name, $"{name}  {Part(items[index].Value, total)}"))]),
        };
        option["legend"] = legend;
        if (chart.Donut)
        {
            option["title"] = new JsonObject
            {
                ["text"] = chart.Unit.Short(total),
                ["subtext"] = chart.Unit.Name,
                ["left"] = "center",
                ["top"] = "35%",
                ["itemGap"] = 8,
                ["textStyle"] = new JsonObject { ["fontFamily"] = "var(--prickle-heading)", ["fontSize"] = 26, ["fontWeight"] = 700, ["color"] = Style.Text },
                ["subtextStyle"] = new JsonObject { ["fontSize"] = 13, ["color"] = Style.Quiet },
            };
            option["$total"] = new JsonObject { ["unit"] = Style.Unit(chart.Unit) };
        }
        option["series"] = new JsonArray(new JsonObject
        {
            ["id"] = "items",
            ["type"] = "pie",
            ["radius"] = chart.Donut ? new JsonArray("52%", "78%") : new JsonArray(0, "78%"),
            ["center"] = new JsonArray("50%", "45%"),
            ["minAngle"] = 2,
            ["padAngle"] = 0,
            ["itemStyle"] = new JsonObject { ["borderColor"] = Style.Surface, ["borderWidth"] = 2, ["borderRadius"] = 4 },
            ["label"] = new JsonObject { ["show"] = new JsonObject { ["$"] = "width", ["narrow"] = false, ["wide"] = true }, ["color"] = Style.Text, ["fontSize"] = 13, ["width"] = 140, ["overflow"] = "truncate" },
            ["labelLine"] = new JsonObject { ["length"] = 8, ["length2"] = 8, ["lineStyle"] = new JsonObject { ["color"] = Style.StrongLine } },
            ["emphasis"] = new JsonObject { ["scaleSize"] = 4 },
            ["data"] = new JsonArray([.. items.Select((item, index) => (JsonNode)new JsonObject
            {
                ["name"] = names[index], ["value"] = item.Value,
                ["itemStyle"] = new JsonObject { ["color"] = item.IsRest ? Style.Quiet + "/0.6" : Style.Series(index) },
                ["tip"] = Ranked.Tip(item, chart.Unit, total),
            })]),
        });
        return new(option, (_, place) => Ranked.Select(items, place));
    }

    static string Part(double value, double total) => total > 0 ? Values.ValueUnit.Share().Short(value / total) : "";
}
