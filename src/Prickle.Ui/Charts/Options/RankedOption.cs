using System.Globalization;
using System.Text.Json.Nodes;
using JsonNode = System.Text.Json.Nodes.JsonNode;

namespace Prickle.Ui.Charts.Options;

/// <summary>Horizontal bars, the largest on top.</summary>
static class RankedOption
{
    const int BarHeight = 32;

    public static ChartPlan Of(RankedChart chart)
    {
        var items = Ranked.Of(chart.Items, chart.AtMost);
        var names = Style.Distinct(items.Select(item => item.Name));
        var total = items.Sum(item => item.Value);
        var option = Style.Base();
        option["grid"] = Style.Grid(top: 4, right: 64, bottom: 4);
        option["tooltip"] = Style.ItemTooltip();
        var values = Style.ValueAxis(chart.Unit);
        values["show"] = false;
        option["xAxis"] = values;
        var places = Style.CategoryAxis(names);
        places["inverse"] = true;
        places["axisLine"] = new JsonObject { ["show"] = false };
        places["axisLabel"] = new JsonObject
        {
            ["color"] = Style.Text,
            ["fontSize"] = 13,
            ["overflow"] = "truncate",
            ["interval"] = 0,
            ["width"] = new JsonObject { ["$"] = "width", ["narrow"] = 96, ["wide"] = 200 },
        };
        option["yAxis"] = places;
        option["series"] = new JsonArray(new JsonObject
        {
            ["id"] = "items",
            ["type"] = "bar",
            ["color"] = Style.Series(0),
            ["barWidth"] = 20,
            ["barMinHeight"] = 2,
            ["itemStyle"] = new JsonObject { ["borderRadius"] = 4 },
            ["label"] = new JsonObject { ["show"] = true, ["position"] = "right", ["formatter"] = Style.Short(chart.Unit), ["color"] = Style.Text, ["fontSize"] = 13, ["fontWeight"] = 600 },
            ["data"] = new JsonArray([.. items.Select(item => (JsonNode)new JsonObject
            {
                ["value"] = Style.Number(item.Value),
                ["itemStyle"] = item.Value == 0 ? Style.Nothing() : item.IsRest ? new JsonObject { ["color"] = Style.Quiet + "/0.6" } : null,
                ["blur"] = item.Value == 0 ? new JsonObject { ["itemStyle"] = Style.Nothing() } : null,
                ["tip"] = Ranked.Tip(item, chart.Unit, total),
            })]),
        });
        return new(option, (_, place) => Ranked.Select(items, place)) { Height = items.Count * BarHeight + 8 };
    }
}

/// <summary>Items by value, what stands for others last, and the smallest added up as one.</summary>
static class Ranked
{
    /// <param name="Index">Its place in the data; -1 for what stands for several.</param>
    public sealed record Item(int Index, string Key, string Name, double Value, double? Previous, bool IsRest = false);

    public static List<Item> Of(IReadOnlyList<ChartItem> items, int atMost)
    {
        var ranked = items.Index().Where(one => double.IsFinite(one.Item.Value)).OrderBy(one => one.Item.IsRest).ThenByDescending(one => one.Item.Value)
            .Select(one => new Item(one.Index, one.Item.Key, one.Item.Name, one.Item.Value, one.Item.Previous, one.Item.IsRest)).ToList();
        var own = ranked.Count(item => !item.IsRest);
        if (own <= atMost && ranked.Count <= Math.Max(atMost, own) + 1)
        {
            return ranked;
        }
        var kept = Math.Min(atMost, own);
        var rest = ranked[kept..];
        // How many stand behind one that stands for others is not known.
        var name = own < ranked.Count ? "Other" : string.Create(CultureInfo.InvariantCulture, $"Other ({rest.Count:#,0})");
        return [.. ranked[..kept], new Item(-1, "", name, rest.Sum(item => item.Value),
            rest.Any(item => item.Previous is not null) ? rest.Sum(item => item.Previous ?? 0) : null, IsRest: true)];
    }

    public static PointSelection? Select(List<Item> items, int place) =>
        place >= 0 && place < items.Count && items[place].Index >= 0 ? new(0, items[place].Index, "", items[place].Key) : null;

    public static JsonObject Tip(Item item, Values.ValueUnit unit, double total) => Style.Tip(item.Name,
        (unit.Name.Length > 0 ? Capital(unit.Name) : "Value", unit.Full(item.Value)),
        ShareOf(unit, item.Value, total) is { } share ? ("Share", share) : null,
        item.Previous is { } previous ? ("Before", unit.Full(previous)) : null);

    /// <summary>The part of the total, where adding up means something.</summary>
    public static string? ShareOf(Values.ValueUnit unit, double value, double total) =>
        total > 0 && unit.Style is Values.UnitStyle.Count or Values.UnitStyle.Money or Values.UnitStyle.Bytes && total > 0
            ? Values.ValueUnit.Share().Short(value / total) : null;

    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
