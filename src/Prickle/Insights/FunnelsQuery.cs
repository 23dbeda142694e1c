using System.Text.Json.Serialization;

namespace Prickle.Insights;

/// <summary>How many get from step to step.</summary>
public sealed record FunnelsQuery : InsightQuery
{
    public IReadOnlyList<EntityNode> Series { get; init; } = [];

    /// <summary>Of the historical trend.</summary>
    public Interval Interval { get; init; } = Interval.Day;

    public FunnelsFilter FunnelsFilter { get; init; } = new();

    public BreakdownFilter BreakdownFilter { get; init; } = new();
}

/// <summary>The rules of a funnel; the defaults are those of K5.</summary>
public sealed record FunnelsFilter
{
    public FunnelView FunnelVizType { get; init; } = FunnelView.Steps;

    public FunnelOrder FunnelOrderType { get; init; } = FunnelOrder.Ordered;

    public int FunnelWindowInterval { get; init; } = 14;

    /// <summary>second, minute, hour, day, week or month.</summary>
    public string FunnelWindowIntervalUnit { get; init; } = "day";

    public Attribution BreakdownAttributionType { get; init; } = Attribution.FirstTouch;

    /// <summary>For attribution by step: which, from 0.</summary>
    public int? BreakdownAttributionValue { get; init; }

    public IReadOnlyList<FunnelExclusion> Exclusions { get; init; } = [];

    /// <summary>From and to, from 0, of time to convert and of the trend; null for the first and the last.</summary>
    public int? FunnelFromStep { get; init; }

    public int? FunnelToStep { get; init; }

    /// <summary>Bins of time to convert, 1 to 90; null chooses.</summary>
    public int? BinCount { get; init; }

    /// <summary>total or previous: what the percentages of steps relate to.</summary>
    public string FunnelStepReference { get; init; } = "total";

    /// <summary>In the trend: leave out intervals whose window is not over.</summary>
    public bool HideIncompleteConversionWindowPeriods { get; init; }

    /// <summary>Event properties that must have the same value in every step of an attempt.</summary>
    public IReadOnlyList<string> HoldConstant { get; init; } = [];

    /// <summary>person (default), or session: by $session_id.</summary>
    public string AggregateBy { get; init; } = "person";
}

[JsonConverter(typeof(JsonStringEnumConverter<FunnelView>))]
public enum FunnelView
{
    [JsonStringEnumMemberName("steps")] Steps,
    [JsonStringEnumMemberName("time_to_convert")] TimeToConvert,
    [JsonStringEnumMemberName("trends")] Trends,
}

[JsonConverter(typeof(JsonStringEnumConverter<FunnelOrder>))]
public enum FunnelOrder
{
    [JsonStringEnumMemberName("ordered")] Ordered,
    [JsonStringEnumMemberName("strict")] Strict,
    [JsonStringEnumMemberName("unordered")] Unordered,
}

[JsonConverter(typeof(JsonStringEnumConverter<Attribution>))]
public enum Attribution
{
    [JsonStringEnumMemberName("first_touch")] FirstTouch,
    [JsonStringEnumMemberName("last_touch")] LastTouch,
    [JsonStringEnumMemberName("all_events")] AllEvents,
    [JsonStringEnumMemberName("step")] Step,
}

/// <summary>An event that must not happen between two steps (from 0).</summary>
public sealed record FunnelExclusion(EntityNode Entity, int FunnelFromStep, int FunnelToStep);

/// <summary>The answer to a <see cref="FunnelsQuery"/>: one part is filled, by its view.</summary>
public sealed record FunnelsResult : InsightResult
{
    [JsonIgnore]
    public override bool IsEmpty => Funnels.All(funnel => funnel.Steps.All(step => step.Count == 0)) && ConversionTimes is null or { Bins: [] }
        && (Trend is null || Trend.Series.All(series => series.ReachedFrom.All(count => count == 0)));

    /// <summary>One funnel for each breakdown value; a single one with null values without a breakdown.</summary>
    public IReadOnlyList<Funnel> Funnels { get; init; } = [];

    /// <summary>Of everybody; with a breakdown of every value together.</summary>
    public ConversionTimes? ConversionTimes { get; init; }

    /// <summary>With a breakdown: the same of each value, in the bins of all.</summary>
    public IReadOnlyList<ValueConversionTimes> ConversionTimesByValue { get; init; } = [];

    /// <summary>Percentages by interval of the first step.</summary>
    public FunnelTrend? Trend { get; init; }
}

public sealed record Funnel(IReadOnlyList<string>? BreakdownValues, IReadOnlyList<FunnelStep> Steps);

/// <summary>One step of a funnel.</summary>
/// <param name="Count">Actors that reached it.</param>
/// <param name="ConversionFromFirst">Percent; null when nobody reached the first.</param>
/// <param name="ConversionFromPrevious">Percent; null when nobody reached the previous.</param>
/// <param name="AverageSeconds">From the previous step to this one, of those who made it; null for the first and when nobody did.</param>
public sealed record FunnelStep(
    int Order, string Label, long Count, double? ConversionFromFirst, double? ConversionFromPrevious, double? AverageSeconds, double? MedianSeconds,
    bool IsOptional);

/// <summary>How long it took from one step to another.</summary>
/// <param name="Bins">Start of the bin in seconds, and how many.</param>
public sealed record ConversionTimes(IReadOnlyList<ConversionBin> Bins, double BinWidthSeconds, double? AverageSeconds, double? MedianSeconds);

/// <summary>The times of one breakdown value.</summary>
public sealed record ValueConversionTimes(IReadOnlyList<string> BreakdownValues, ConversionTimes Times);

public sealed record ConversionBin(double FromSeconds, long Count);

public sealed record FunnelTrend(IReadOnlyList<string> Days, IReadOnlyList<FunnelTrendSeries> Series);

/// <summary>Percent by day with two decimals, and the counts behind them.</summary>
public sealed record FunnelTrendSeries(
    IReadOnlyList<string>? BreakdownValues, IReadOnlyList<double> Rates, IReadOnlyList<long> ReachedFrom, IReadOnlyList<long> ReachedTo);
