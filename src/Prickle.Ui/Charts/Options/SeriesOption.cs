using System.Text.Json.Nodes;
using Prickle.Ui.Values;
using JsonNode = System.Text.Json.Nodes.JsonNode;

namespace Prickle.Ui.Charts.Options;

/// <summary>
/// Lines, areas and bars. The option has the series of the data first, in their order, then the unfinished ends of the lines
/// ("tails": the same names, so that the legend toggles both), then one without values that carries goals and annotations.
/// </summary>
static class SeriesOption
{
    public static ChartPlan Of(SeriesChart chart)
    {
        var values = Shares.Of(chart);
        var names = Style.Distinct(chart.Series.Select(series => series.Name));
        var colours = ColoursOf(chart.Series);
        var unit = chart.SharesOfTotal ? ValueUnit.Share() : chart.Unit;
        var option = Style.Base();
        var tails = TailsOf(chart);
        var groups = AnnotationGroups.Of(chart);
        var hasLegend = chart.Series.Count > 1;
        option["grid"] = Style.Grid(top: groups.Count > 0 ? 32 : 16, bottom: hasLegend ? 36 : 8);
        if (hasLegend)
        {
            option["legend"] = Style.Legend(names);
        }
        option["tooltip"] = Tooltip(chart, names, tails);
        option["xAxis"] = Places(chart);
        option["yAxis"] = Values(chart, unit);
        var series = new JsonArray();
        for (var index = 0; index < chart.Series.Count; index++)
        {
            series.Add(Draw(chart, index, names[index], colours[index], values[index], tail: false));
        }
        foreach (var index in tails)
        {
            series.Add(Draw(chart, index, names[index], colours[index], values[index], tail: true));
        }
        series.Add(Marks(chart, groups));
        option["series"] = series;
        option["$annotations"] = new JsonArray([.. groups.Select(group => (JsonNode)new JsonObject
        {
            ["place"] = group.Category, ["texts"] = Style.Strings(group.Annotations.Select(annotation => annotation.Text)),
        })]);
        return new(option, (position, place) => Select(chart, tails, position, place));
    }

    static PointSelection? Select(SeriesChart chart, List<int> tails, int position, int place)
    {
        var count = chart.Series.Count;
        var index = position < count ? position : position - count < tails.Count ? tails[position - count] : -1;
        return index < 0 || place < 0 || place >= chart.Categories.Count
            ? null
            : new(index, place, chart.Series[index].Key, chart.Categories[place].Key);
    }

    static SeriesShape ShapeOf(SeriesChart chart, ChartSeries series) =>
        series.Shape ?? (series.ComparedWith is not null && chart.Shape is SeriesShape.Area ? SeriesShape.Line : chart.Shape);

    static bool IsBar(SeriesShape shape) => shape is SeriesShape.Bar or SeriesShape.StackedBar;

    /// <summary>The indices of the series whose last intervals are drawn on their own.</summary>
    static List<int> TailsOf(SeriesChart chart) => chart.Incomplete <= 0 || chart.Categories.Count < 2
        ? []
        : [.. Enumerable.Range(0, chart.Series.Count).Where(index =>
            chart.Series[index].ComparedWith is null && !IsBar(ShapeOf(chart, chart.Series[index])))];

    // A comparison has the colour of what it is compared with, and takes none for itself.
    static List<int> ColoursOf(IReadOnlyList<ChartSeries> series)
    {
        var next = 0;
        var colours = new Dictionary<string, int>();
        foreach (var own in series.Where(one => one.ComparedWith is null))
        {
            colours[own.Key] = own.Colour - 1 ?? next++;
        }
        return [.. series.Select(one => one.Colour - 1 ?? colours.GetValueOrDefault(one.ComparedWith ?? one.Key, 0))];
    }

    static JsonObject Draw(SeriesChart chart, int index, string name, int colour, IReadOnlyList<double?> values, bool tail)
    {
        var source = chart.Series[index];
        var shape = ShapeOf(chart, source);
        var compared = source.ComparedWith is not null;
        var drawn = new JsonObject
        {
            ["id"] = tail ? source.Key + "|tail" : source.Key,
            ["name"] = name,
            ["color"] = Style.Series(colour, compared ? (IsBar(shape) ? 0.4 : 0.65) : 1),
        };
        if (shape is SeriesShape.StackedArea or SeriesShape.StackedBar)
        {
            drawn["stack"] = tail ? "tail" : compared ? "compared" : "all";
        }
        if (IsBar(shape))
        {
            Bar(chart, drawn, shape, colour, values, compared ? values.Count : values.Count - chart.Incomplete);
        }
        else
        {
            Line(chart, drawn, shape, colour, tail, compared, values);
        }
        if (chart.ShowValues && !compared)
        {
            drawn["label"] = new JsonObject
            {
                ["show"] = true,
                ["position"] = shape is SeriesShape.StackedBar ? "inside" : "top",
                ["fontSize"] = 12,
                ["formatter"] = Style.Short(chart.SharesOfTotal ? ValueUnit.Share() : chart.Unit),
                ["color"] = Style.Text,
                ["textBorderColor"] = Style.Surface,
                ["textBorderWidth"] = 3,
            };
            drawn["labelLayout"] = new JsonObject { ["hideOverlap"] = true };
        }
        return drawn;
    }

    static void Bar(SeriesChart chart, JsonObject drawn, SeriesShape shape, int colour, IReadOnlyList<double?> values, int whole)
    {
        drawn["type"] = "bar";
        drawn["barMaxWidth"] = 40;
        drawn["barMinHeight"] = shape is SeriesShape.Bar ? 2 : 0;
        drawn["barGap"] = "12%";
        drawn["barCategoryGap"] = "28%";
        drawn["itemStyle"] = shape is SeriesShape.Bar
            ? new JsonObject { ["borderRadius"] = new JsonArray(4, 4, 0, 0) }
            : new JsonObject { ["borderColor"] = Style.Surface, ["borderWidth"] = 1 };
        drawn["emphasis"] = new JsonObject { ["focus"] = chart.Series.Count > 1 ? "series" : "none" };
        drawn["blur"] = new JsonObject { ["itemStyle"] = new JsonObject { ["opacity"] = 0.35 } };
        drawn["data"] = new JsonArray([.. values.Select((value, place) => value is 0
            ? new JsonObject { ["value"] = 0, ["itemStyle"] = Style.Nothing(), ["blur"] = new JsonObject { ["itemStyle"] = Style.Nothing() } }
            : place < whole || Style.Number(value) is null
            ? Style.Number(value)
            : new JsonObject
            {
                ["value"] = Style.Number(value),
                ["itemStyle"] = new JsonObject { ["color"] = Style.Series(colour, 0.3), ["borderColor"] = Style.Series(colour), ["borderWidth"] = 1, ["borderType"] = "dashed" },
            })]);
    }

    static void Line(SeriesChart chart, JsonObject drawn, SeriesShape shape, int colour, bool tail, bool compared, IReadOnlyList<double?> values)
    {
        var whole = compared ? values.Count : values.Count - Math.Clamp(chart.Incomplete, 0, values.Count);
        // The tail begins at the last finished point, so that nothing gapes between the two.
        var shown = values.Count < 2
            ? values
            : [.. values.Select((value, place) => tail ? (place >= whole - 1 ? value : null) : place < whole ? value : null)];
        drawn["type"] = "line";
        drawn["symbol"] = "circle";
        drawn["symbolSize"] = 6;
        drawn["showSymbol"] = chart.ShowValues || !tail && HasLonePoint(shown);
        drawn["lineStyle"] = new JsonObject { ["width"] = compared ? 1.5 : 2, ["type"] = tail || compared ? "dashed" : "solid", ["join"] = "round" };
        drawn["emphasis"] = new JsonObject { ["focus"] = chart.Series.Count > 1 ? "series" : "none", ["lineStyle"] = new JsonObject { ["width"] = compared ? 2 : 2.5 } };
        drawn["blur"] = new JsonObject { ["lineStyle"] = new JsonObject { ["opacity"] = 0.3 }, ["areaStyle"] = new JsonObject { ["opacity"] = 0.3 } };
        drawn["data"] = new JsonArray([.. shown.Select(Style.Number)]);
        if (shape is SeriesShape.Area or SeriesShape.StackedArea)
        {
            var strength = shape is SeriesShape.Area ? 0.14 : 0.45;
            drawn["areaStyle"] = new JsonObject { ["color"] = Style.Series(colour, tail ? strength / 2 : strength), ["opacity"] = 1 };
        }
    }

    static bool HasLonePoint(IReadOnlyList<double?> values)
    {
        for (var place = 0; place < values.Count; place++)
        {
            if (values[place] is not null && (place == 0 || values[place - 1] is null) && (place == values.Count - 1 || values[place + 1] is null))
            {
                return true;
            }
        }
        return false;
    }

    static JsonObject Places(SeriesChart chart)
    {
        var axis = Style.CategoryAxis(chart.Categories.Select(category => category.Label));
        axis["boundaryGap"] = chart.Series.Any(series => IsBar(ShapeOf(chart, series)));
        var leading = chart.Categories.Select((category, place) => (category, place)).Where(one => one.category.Leads).Select(one => one.place).ToList();
        if (leading.Count > 1)
        {
            axis["axisLabel"]!["interval"] = new JsonObject { ["$"] = "at", ["places"] = new JsonArray([.. leading.Select(place => (JsonNode)place)]) };
        }
        // Bars that hang below zero leave the labels at the foot of the chart.
        axis["axisLine"]!["onZero"] = true;
        axis["axisLabel"]!["margin"] = 10;
        if (chart.Series.Any(series => series.Values.Any(value => value < 0)))
        {
            axis["axisLine"]!["onZero"] = false;
        }
        return axis;
    }

    static JsonObject Values(SeriesChart chart, ValueUnit unit)
    {
        var axis = Style.ValueAxis(unit);
        if (chart.SharesOfTotal || unit.Style is UnitStyle.Share && ReachesTheWhole(chart))
        {
            axis["max"] = 1;
            axis["interval"] = 0.25;
        }
        else if (chart.Logarithmic)
        {
            axis["type"] = "log";
            axis.Remove("minInterval");
        }
        else if (chart.Goals.Count > 0)
        {
            axis["max"] = new JsonObject { ["$"] = "atLeast", ["value"] = chart.Goals.Max(goal => goal.Value) };
        }
        return axis;
    }

    // Parts of one end at one: an axis to 120 % would promise more.
    static bool ReachesTheWhole(SeriesChart chart) =>
        chart.Goals.Count == 0 && !chart.Logarithmic && chart.Shape is not (SeriesShape.StackedArea or SeriesShape.StackedBar)
        && chart.Series.SelectMany(series => series.Values).DefaultIfEmpty().Max() is > 0.75 and <= 1
        && chart.Series.SelectMany(series => series.Values).All(value => value is null or >= 0);

    static JsonObject Tooltip(SeriesChart chart, List<string> names, List<int> tails)
    {
        var stacked = chart.Shape is SeriesShape.StackedArea or SeriesShape.StackedBar;
        var count = chart.Series.Count(series => series.ComparedWith is null);
        var formatter = new JsonObject
        {
            ["$"] = "axisTip",
            ["unit"] = Style.Unit(chart.Unit),
            ["stacked"] = stacked,
            ["total"] = count > 1 && (chart.ShowTotal ?? stacked),
            ["shares"] = count > 1 && (chart.ShowTotal ?? stacked),
            ["ofTotal"] = chart.SharesOfTotal,
            ["unfinished"] = chart.Incomplete > 0 ? chart.Categories.Count - chart.Incomplete : -1,
            ["details"] = Style.Strings(chart.Categories.Select(category => category.Detail ?? category.Label)),
            ["series"] = new JsonArray([.. chart.Series.Select((series, index) => Describe(chart, names, series, index)),
                .. tails.Select(index => (JsonNode)new JsonObject { ["name"] = names[index], ["tailOf"] = index })]),
        };
        var tooltip = Style.Tooltip("axis", formatter);
        tooltip["axisPointer"] = chart.Series.Any(series => IsBar(ShapeOf(chart, series)))
            ? new JsonObject { ["type"] = "shadow", ["shadowStyle"] = new JsonObject { ["color"] = "var(--prickle-tint-hover)" } }
            : new JsonObject { ["type"] = "line", ["lineStyle"] = new JsonObject { ["color"] = Style.StrongLine, ["type"] = "solid" } };
        return tooltip;
    }

    static JsonNode Describe(SeriesChart chart, List<string> names, ChartSeries series, int index)
    {
        var description = new JsonObject { ["name"] = names[index], ["compared"] = series.ComparedWith is not null };
        if (series.ComparedWith is { } key && chart.Series.Index().FirstOrDefault(one => one.Item.Key == key) is { Item: not null } with)
        {
            description["comparedWith"] = with.Index;
        }
        if (series.Places is { } places)
        {
            description["places"] = Style.Strings(places);
        }
        if (chart.SharesOfTotal)
        {
            description["raw"] = new JsonArray([.. series.Values.Select(Style.Number)]);
        }
        return description;
    }

    static JsonObject Marks(SeriesChart chart, IReadOnlyList<AnnotationGroup> groups)
    {
        var lines = new JsonArray();
        foreach (var goal in chart.Goals)
        {
            lines.Add(new JsonObject
            {
                ["yAxis"] = goal.Value,
                ["lineStyle"] = new JsonObject { ["color"] = Style.Quiet, ["type"] = new JsonArray(6, 4), ["width"] = 1.5 },
                ["label"] = new JsonObject
                {
                    ["formatter"] = new JsonObject { ["$"] = "text", ["text"] = $"{goal.Label}: {chart.Unit.Short(goal.Value)}" },
                    ["position"] = "insideEndTop",
                    ["color"] = Style.Quiet,
                    ["fontSize"] = 12,
                    ["textBorderColor"] = Style.Surface,
                    ["textBorderWidth"] = 3,
                },
            });
        }
        foreach (var group in groups)
        {
            lines.Add(new JsonObject
            {
                ["xAxis"] = group.Category,
                ["lineStyle"] = new JsonObject { ["color"] = Style.StrongLine, ["type"] = new JsonArray(2, 3), ["width"] = 1 },
                ["label"] = new JsonObject { ["show"] = false },
            });
        }
        return new JsonObject
        {
            ["id"] = "|marks",
            ["type"] = "line",
            ["data"] = new JsonArray(),
            ["silent"] = true,
            ["tooltip"] = new JsonObject { ["show"] = false },
            ["markLine"] = new JsonObject { ["silent"] = true, ["symbol"] = "none", ["animation"] = false, ["data"] = lines },
        };
    }
}
