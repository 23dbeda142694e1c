using System.Text.Json.Serialization;

namespace Prickle.Insights;

/// <summary>On how many days (or weeks …) of the period actors are active.</summary>
public sealed record StickinessQuery : InsightQuery
{
    public IReadOnlyList<EntityNode> Series { get; init; } = [];

    public Interval Interval { get; init; } = Interval.Day;

    /// <summary>So many intervals count as one, backwards from the end.</summary>
    public int IntervalCount { get; init; } = 1;

    public StickinessFilter StickinessFilter { get; init; } = new();

    public CompareFilter CompareFilter { get; init; } = new();
}

public sealed record StickinessFilter
{
    /// <summary>What makes an interval count; null is at least one event.</summary>
    public StickinessCriteria? StickinessCriteria { get; init; }

    /// <summary>non_cumulative or cumulative: exactly n intervals, or n and more.</summary>
    public string ComputedAs { get; init; } = "non_cumulative";
}

/// <summary>gte, lte or exact so many events in the interval.</summary>
public sealed record StickinessCriteria(string Operator, int Value);

/// <summary>The answer: for each series how many actors were active in 1, 2 … N intervals.</summary>
public sealed record StickinessResult(IReadOnlyList<StickinessSeries> Series, Interval Interval, int Intervals) : InsightResult
{
    [JsonIgnore]
    public override bool IsEmpty => Series.All(series => series.Actors == 0);
}

public sealed record StickinessSeries(int Order, string Label, string? Compare, IReadOnlyList<long> Data, long Actors);

/// <summary>New, returning, resurrecting and dormant actors.</summary>
public sealed record LifecycleQuery : InsightQuery
{
    /// <summary>Exactly one.</summary>
    public IReadOnlyList<EntityNode> Series { get; init; } = [];

    public Interval Interval { get; init; } = Interval.Day;

    public LifecycleFilter LifecycleFilter { get; init; } = new();
}

/// <summary>Which states are shown; null for all.</summary>
public sealed record LifecycleFilter(IReadOnlyList<LifecycleStatus>? ToggledLifecycles = null);

[JsonConverter(typeof(JsonStringEnumConverter<LifecycleStatus>))]
public enum LifecycleStatus
{
    [JsonStringEnumMemberName("new")] New,
    [JsonStringEnumMemberName("returning")] Returning,
    [JsonStringEnumMemberName("resurrecting")] Resurrecting,
    [JsonStringEnumMemberName("dormant")] Dormant,
}

/// <summary>The answer: dormant is negative.</summary>
public sealed record LifecycleResult(IReadOnlyList<LifecycleSeries> Series, IReadOnlyList<string> Days, Interval Interval) : InsightResult
{
    [JsonIgnore]
    public override bool IsEmpty => Series.All(series => series.Data.All(value => value == 0));
}

public sealed record LifecycleSeries(LifecycleStatus Status, IReadOnlyList<long> Data);
