using System.Text.Json.Nodes;
using Prickle.Ui.Charts.Maps;
using JsonNode = System.Text.Json.Nodes.JsonNode;

namespace Prickle.Ui.Charts.Options;

/// <summary>Countries coloured by class: visitors are spread so unevenly that an even scale shows one country and white.</summary>
static class MapOption
{
    static readonly double[] Strengths = [0.16, 0.34, 0.54, 0.76, 1];

    public static ChartPlan Of(MapChart chart)
    {
        var items = chart.Items.Index().Where(one => double.IsFinite(one.Item.Value)).ToList();
        var total = items.Sum(one => one.Item.Value);
        var option = Style.Base();
        option["tooltip"] = Style.ItemTooltip();
        option["$map"] = new JsonObject
        {
            ["codes"] = new JsonObject([.. Countries.All.Select(country => KeyValuePair.Create<string, JsonNode?>(country.Number, country.Code))]),
            ["names"] = new JsonObject([.. Countries.All.Select(country => KeyValuePair.Create<string, JsonNode?>(country.Code, country.Name))]),
            ["nothing"] = $"No {(chart.Unit.Name.Length > 0 ? chart.Unit.Name : "values")}",
        };
        option["visualMap"] = Classes(chart, items.Count == 0 ? 0 : items.Max(one => one.Item.Value));
        option["series"] = new JsonArray(new JsonObject
        {
            ["id"] = "countries",
            ["type"] = "map",
            ["map"] = "world",
            ["nameProperty"] = "iso",
            ["projection"] = new JsonObject { ["$"] = "projection" },
            ["roam"] = false,
            ["scaleLimit"] = new JsonObject { ["min"] = 1, ["max"] = 12 },
            ["selectedMode"] = false,
            ["showLegendSymbol"] = false,
            ["left"] = 0,
            ["right"] = 0,
            ["top"] = 0,
            ["preserveAspect"] = "contain",
            ["bottom"] = new JsonObject { ["$"] = "width", ["narrow"] = 128, ["wide"] = 36 },
            ["itemStyle"] = new JsonObject { ["areaColor"] = "var(--prickle-map-empty)", ["borderColor"] = Style.Surface, ["borderWidth"] = 0.6 },
            ["emphasis"] = new JsonObject
            {
                ["label"] = new JsonObject { ["show"] = false },
                ["itemStyle"] = new JsonObject { ["areaColor"] = null, ["borderColor"] = Style.Text, ["borderWidth"] = 1.2 },
            },
            ["label"] = new JsonObject { ["show"] = false },
            ["data"] = new JsonArray([.. items.Select(one => (JsonNode)new JsonObject
            {
                ["name"] = one.Item.Key.ToUpperInvariant(), ["value"] = one.Item.Value,
                ["tip"] = Ranked.Tip(new(one.Index, one.Item.Key, NameOf(one.Item), one.Item.Value, one.Item.Previous), chart.Unit, total),
            })]),
        });
        return new(option, (_, place) => place >= 0 && place < items.Count ? new(0, items[place].Index, "", items[place].Item.Key) : null);
    }

    public static string NameOf(ChartItem item) => item.Name.Length > 0 ? item.Name : Countries.NameOf(item.Key) ?? item.Key;

    /// <summary>The bounds between the classes: the last four steps of 1, 3, 10, 30 … below the largest value.</summary>
    public static IReadOnlyList<double> Bounds(double largest)
    {
        if (largest <= 0)
        {
            return [];
        }
        var bounds = new List<double>();
        for (var power = (int)Math.Floor(Math.Log10(largest)); bounds.Count < 4 && power > -9; power--)
        {
            foreach (var digit in (ReadOnlySpan<int>)[3, 1])
            {
                var step = Math.Round(digit * Math.Pow(10, power), 12);
                if (step < largest && bounds.Count < 4)
                {
                    bounds.Insert(0, step);
                }
            }
        }
        return bounds;
    }

    static JsonObject Classes(MapChart chart, double largest)
    {
        var bounds = Bounds(largest);
        // Of things counted there is no class below one.
        if (chart.Unit.Style is Values.UnitStyle.Count)
        {
            bounds = [.. bounds.Where(bound => bound > 1)];
        }
        var pieces = new JsonArray();
        for (var index = 0; index <= bounds.Count && largest > 0; index++)
        {
            var (from, to) = (index == 0 ? (double?)null : bounds[index - 1], index == bounds.Count ? (double?)null : bounds[index]);
            var piece = new JsonObject
            {
                ["label"] = from is null ? to is null ? chart.Unit.Short(largest) : $"below {chart.Unit.Short(to)}" : to is null ? $"{chart.Unit.Short(from)} and more" : $"{chart.Unit.Short(from)} – {chart.Unit.Short(to)}",
                ["color"] = $"{Style.Shape}/{Strengths[Strengths.Length - 1 - bounds.Count + index].ToString(System.Globalization.CultureInfo.InvariantCulture)}",
            };
            if (from is not null)
            {
                piece["gte"] = from;
            }
            if (to is not null)
            {
                piece["lt"] = to;
            }
            if (from is null && to is null)
            {
                piece["gte"] = 0;
            }
            pieces.Add(piece);
        }
        return new JsonObject
        {
            ["type"] = "piecewise",
            ["show"] = pieces.Count > 0,
            ["orient"] = new JsonObject { ["$"] = "width", ["narrow"] = "vertical", ["wide"] = "horizontal" },
            ["left"] = 0,
            ["bottom"] = 0,
            ["itemGap"] = 12,
            ["itemWidth"] = 12,
            ["itemHeight"] = 12,
            ["itemSymbol"] = "roundRect",
            ["pieces"] = pieces,
            ["outOfRange"] = new JsonObject { ["color"] = "var(--prickle-map-empty)" },
            ["textStyle"] = new JsonObject { ["color"] = Style.Text, ["fontSize"] = 12 },
            ["hoverLink"] = true,
        };
    }
}
