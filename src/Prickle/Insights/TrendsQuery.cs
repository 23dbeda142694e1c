using System.Text.Json.Serialization;

namespace Prickle.Insights;

/// <summary>How many, over time or in all.</summary>
public sealed record TrendsQuery : InsightQuery
{
    public IReadOnlyList<EntityNode> Series { get; init; } = [];

    public Interval Interval { get; init; } = Interval.Day;

    public TrendsFilter TrendsFilter { get; init; } = new();

    public BreakdownFilter BreakdownFilter { get; init; } = new();

    public CompareFilter CompareFilter { get; init; } = new();
}

/// <summary>How trends are shown and combined.</summary>
public sealed record TrendsFilter
{
    public TrendsDisplay Display { get; init; } = TrendsDisplay.Line;

    /// <summary>Formulas over the series A, B, C …; each hides the series themselves.</summary>
    public IReadOnlyList<FormulaNode> FormulaNodes { get; init; } = [];

    /// <summary>A moving average over so many points; 1 for none.</summary>
    public int SmoothingIntervals { get; init; } = 1;

    /// <summary>numeric, percentage, percentage_scaled, duration, duration_ms or currency.</summary>
    public string AggregationAxisFormat { get; init; } = "numeric";

    public IReadOnlyList<GoalLine> GoalLines { get; init; } = [];

    public bool ShowValuesOnSeries { get; init; }

    /// <summary>Whether the display is one value for each series, with no time axis.</summary>
    [JsonIgnore]
    public bool IsTotalValue => Display is TrendsDisplay.BarValue or TrendsDisplay.Table or TrendsDisplay.Pie or TrendsDisplay.BigNumber or TrendsDisplay.WorldMap;
}

public sealed record FormulaNode(string Formula, [property: JsonPropertyName("custom_name")] string? CustomName = null);

public sealed record GoalLine(string Label, double Value);

[JsonConverter(typeof(JsonStringEnumConverter<TrendsDisplay>))]
public enum TrendsDisplay
{
    [JsonStringEnumMemberName("ActionsLineGraph")] Line,
    [JsonStringEnumMemberName("ActionsLineGraphCumulative")] Cumulative,
    [JsonStringEnumMemberName("ActionsAreaGraph")] Area,
    [JsonStringEnumMemberName("ActionsBar")] Bar,
    [JsonStringEnumMemberName("ActionsStackedBar")] StackedBar,
    [JsonStringEnumMemberName("ActionsBarValue")] BarValue,
    [JsonStringEnumMemberName("ActionsTable")] Table,
    [JsonStringEnumMemberName("ActionsPie")] Pie,
    [JsonStringEnumMemberName("BoldNumber")] BigNumber,
    [JsonStringEnumMemberName("WorldMap")] WorldMap,
}

/// <summary>The answer to a <see cref="TrendsQuery"/>.</summary>
/// <param name="Days">The start of each bucket in the project's zone, as ISO text; empty for a total value.</param>
/// <param name="IsLastIncomplete">Whether the last bucket is still filling.</param>
public sealed record TrendsResult(
    IReadOnlyList<TrendsSeries> Series, IReadOnlyList<string> Days, Interval Interval, bool IsLastIncomplete) : InsightResult
{
    [JsonIgnore]
    public override bool IsEmpty => Series.All(series => series.Total == 0 && series.Data.All(value => value == 0));
}

/// <summary>One line, bar or number.</summary>
/// <param name="Order">Index of the series (or of the formula) in the query.</param>
/// <param name="Label">Name of the event or action, or the formula's.</param>
/// <param name="BreakdownValues">One per breakdown; null when there is none. Other and None are the sentinels of <see cref="Breakdown"/>.</param>
/// <param name="Compare">"current", "previous", or null.</param>
/// <param name="Data">One per day of <see cref="TrendsResult.Days"/>; empty for a total value.</param>
/// <param name="Total">For a total value the value; else the sum of the data (the last one for cumulative).</param>
/// <param name="Days">For the previous period: its own days.</param>
public sealed record TrendsSeries(
    int Order, string Label, IReadOnlyList<string>? BreakdownValues, string? Compare, IReadOnlyList<double> Data, double Total,
    IReadOnlyList<string>? Days = null);
