using System.Globalization;
using System.Text.Json.Nodes;
using Prickle.Ui.Values;
using JsonNode = System.Text.Json.Nodes.JsonNode;

namespace Prickle.Ui.Charts.Options;

/// <summary>What all charts have in common: colours by their name in the theme, type, axes, legend, tooltip.</summary>
static class Style
{
    public const int Colours = 8;
    public const string Text = "var(--prickle-text)";
    public const string Quiet = "var(--prickle-text-secondary)";
    public const string Line = "var(--prickle-line)";
    public const string StrongLine = "var(--prickle-line-strong)";
    public const string Surface = "var(--prickle-surface)";

    /// <summary>A bar of nothing: the least height of bars is for those that are something.</summary>
    public static JsonObject Nothing() => new() { ["opacity"] = 0 };
    public const string Shape = "var(--prickle-shape)";

    /// <summary>The colour of a series, from 0; after the last the first comes again.</summary>
    public static string Series(int index, double opacity = 1)
    {
        var colour = string.Create(CultureInfo.InvariantCulture, $"var(--prickle-series-{index % Colours + 1})");
        return opacity < 1 ? string.Create(CultureInfo.InvariantCulture, $"{colour}/{opacity:0.##}") : colour;
    }

    /// <summary>An option with nothing but the ground rules.</summary>
    public static JsonObject Base() => new()
    {
        ["textStyle"] = new JsonObject { ["fontFamily"] = "var(--prickle-body)", ["color"] = Text },
        ["animationDuration"] = 180,
        ["animationDurationUpdate"] = 180,
        ["stateAnimation"] = new JsonObject { ["duration"] = 120 },
    };

    /// <summary>The place of the axes; labels stay inside.</summary>
    public static JsonObject Grid(int top = 16, int right = 16, int bottom = 8) => new()
    {
        ["left"] = 4,
        ["right"] = right,
        ["top"] = top,
        ["bottom"] = bottom,
        ["outerBoundsMode"] = "same",
        ["outerBoundsContain"] = "axisLabel",
    };

    public static JsonObject AxisLabel() => new() { ["color"] = Quiet, ["fontSize"] = 12, ["hideOverlap"] = true };

    /// <summary>An axis of values in the unit.</summary>
    public static JsonObject ValueAxis(ValueUnit unit)
    {
        var label = AxisLabel();
        label["formatter"] = Short(unit);
        var axis = new JsonObject
        {
            ["type"] = "value",
            ["splitNumber"] = 4,
            ["axisLabel"] = label,
            ["splitLine"] = new JsonObject { ["lineStyle"] = new JsonObject { ["color"] = Line } },
        };
        if (unit.Style is UnitStyle.Count or UnitStyle.Bytes)
        {
            axis["minInterval"] = 1;
        }
        return axis;
    }

    /// <summary>An axis of places.</summary>
    public static JsonObject CategoryAxis(IEnumerable<string> names) => new()
    {
        ["type"] = "category",
        ["data"] = Strings(names),
        ["axisLabel"] = AxisLabel(),
        ["axisTick"] = new JsonObject { ["show"] = false },
        ["axisLine"] = new JsonObject { ["lineStyle"] = new JsonObject { ["color"] = StrongLine } },
    };

    /// <summary>A legend that toggles and scrolls, below the chart.</summary>
    public static JsonObject Legend(IEnumerable<string> names) => new()
    {
        ["type"] = "scroll",
        ["bottom"] = 0,
        ["left"] = 0,
        ["right"] = 0,
        ["icon"] = "roundRect",
        ["itemWidth"] = 12,
        ["itemHeight"] = 12,
        ["itemGap"] = 16,
        ["data"] = Strings(names),
        ["textStyle"] = new JsonObject { ["color"] = Text, ["fontSize"] = 13, ["width"] = 220, ["overflow"] = "truncate" },
        ["inactiveColor"] = StrongLine,
        ["pageIconColor"] = Quiet,
        ["pageIconInactiveColor"] = StrongLine,
        ["pageIconSize"] = 12,
        ["pageTextStyle"] = new JsonObject { ["color"] = Quiet },
        ["tooltip"] = new JsonObject { ["show"] = true },
    };

    /// <summary>The box beside the pointer; its inside is written by the function of that name.</summary>
    public static JsonObject Tooltip(string trigger, JsonObject formatter) => new()
    {
        ["trigger"] = trigger,
        ["confine"] = true,
        ["transitionDuration"] = 0,
        ["className"] = "prickle-tip",
        ["padding"] = 0,
        ["borderWidth"] = 0,
        ["backgroundColor"] = "transparent",
        ["extraCssText"] = "box-shadow:none",
        ["formatter"] = formatter,
    };

    /// <summary>A tooltip that says what the item under the pointer carries as "tip".</summary>
    public static JsonObject ItemTooltip() => Tooltip("item", new JsonObject { ["$"] = "itemTip" });

    /// <summary>What an item says in its tooltip: a title, and rows of name and value.</summary>
    public static JsonObject Tip(string title, params IEnumerable<(string Name, string Value)?> rows) => new()
    {
        ["title"] = title,
        ["rows"] = new JsonArray([.. rows.OfType<(string Name, string Value)>().Select(row => (JsonNode)new JsonArray(row.Name, row.Value))]),
    };

    public static JsonObject Short(ValueUnit unit) => new() { ["$"] = "short", ["unit"] = Unit(unit) };

    public static JsonObject Unit(ValueUnit unit) => new()
    {
        ["style"] = unit.Style.ToString().ToLowerInvariant(),
        ["name"] = unit.Name,
        ["symbol"] = unit.Symbol,
    };

    public static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode?)JsonValue.Create(text))]);

    /// <summary>A number as JSON has it: what is not finite is not there.</summary>
    public static JsonNode? Number(double? value) => value is { } number && double.IsFinite(number) ? JsonValue.Create(number) : null;

    /// <summary>ECharts knows series and slices by their names: the second of a name gets a number behind it.</summary>
    public static List<string> Distinct(IEnumerable<string> names)
    {
        var seen = new Dictionary<string, int>();
        return [.. names.Select(name =>
        {
            var count = seen[name] = seen.GetValueOrDefault(name) + 1;
            return count == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name} ({count})");
        })];
    }
}
