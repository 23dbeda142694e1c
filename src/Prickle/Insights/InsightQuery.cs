using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Prickle.Filters;

namespace Prickle.Insights;

/// <summary>
/// A question as a value, in the words of the field: what the API takes, what a saved insight holds, what an address carries.
/// Read and written with <see cref="InsightJson"/>.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(TrendsQuery), "TrendsQuery")]
[JsonDerivedType(typeof(FunnelsQuery), "FunnelsQuery")]
[JsonDerivedType(typeof(RetentionQuery), "RetentionQuery")]
[JsonDerivedType(typeof(StickinessQuery), "StickinessQuery")]
[JsonDerivedType(typeof(LifecycleQuery), "LifecycleQuery")]
[JsonDerivedType(typeof(PathsQuery), "PathsQuery")]
public abstract record InsightQuery
{
    public QueryRange DateRange { get; init; } = new();

    /// <summary>Global filters, AND-ed with those of each series.</summary>
    public FilterGroup Properties { get; init; } = FilterGroup.Everything;

    /// <summary>Leaves out those whom the project's settings name as its own people.</summary>
    public bool FilterTestAccounts { get; init; }

    /// <summary>The share of distinct ids that are looked at, above 0 up to 1; null for all.</summary>
    public double? SamplingFactor { get; init; }

    /// <summary>Counts groups of this type in place of persons.</summary>
    [JsonPropertyName("aggregation_group_type_index")]
    public int? AggregationGroupTypeIndex { get; init; }
}

/// <summary>The period asked for, in the grammar of K1: relative ("-7d", "dStart", "-1mStart", "all") or ISO dates.</summary>
/// <param name="DateFrom">Where it begins; null for -7d.</param>
/// <param name="DateTo">Where it ends; null for now (to the end of today).</param>
/// <param name="ExplicitDate">Take times exactly as given.</param>
public sealed record QueryRange(
    [property: JsonPropertyName("date_from")] string? DateFrom = null,
    [property: JsonPropertyName("date_to")] string? DateTo = null,
    bool ExplicitDate = false);

/// <summary>The width of a bucket.</summary>
[JsonConverter(typeof(IntervalConverter))]
public enum Interval
{
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// <summary>Writes "day"; reads "Day" too, as the field's retention queries write their periods.</summary>
sealed class IntervalConverter() : JsonStringEnumConverter<Interval>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

/// <summary>A series or a step: an event (null name: every event) or an action, with filters of its own.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(EventsNode), "EventsNode")]
[JsonDerivedType(typeof(ActionsNode), "ActionsNode")]
public abstract record EntityNode
{
    [JsonPropertyName("custom_name")] public string? CustomName { get; init; }

    public string? Name { get; init; }

    public FilterGroup Properties { get; init; } = FilterGroup.Everything;

    /// <summary>What is computed of the events, by the names of K3: total, dau, sum, p90, avg_count_per_actor …</summary>
    public string? Math { get; init; }

    /// <summary>The property that sum, avg and the like look at.</summary>
    [JsonPropertyName("math_property")] public string? MathProperty { get; init; }

    /// <summary>Whose property: event (default), person, group or session.</summary>
    [JsonPropertyName("math_property_type")] public string? MathPropertyType { get; init; }

    [JsonPropertyName("math_group_type_index")] public int? MathGroupTypeIndex { get; init; }

    /// <summary>The aggregate expression of the math hogql.</summary>
    [JsonPropertyName("math_hogql")] public string? MathHogql { get; init; }

    /// <summary>In funnels: the step may be skipped.</summary>
    public bool OptionalInFunnel { get; init; }
}

/// <summary>An event by name; null is every event.</summary>
public sealed record EventsNode : EntityNode
{
    public string? Event { get; init; }
}

/// <summary>An action by id.</summary>
public sealed record ActionsNode : EntityNode
{
    public required int Id { get; init; }
}

/// <summary>By what the answer is broken down.</summary>
[JsonConverter(typeof(BreakdownFilterConverter))]
public sealed record BreakdownFilter
{
    /// <summary>Up to three at once.</summary>
    public IReadOnlyList<Breakdown> Breakdowns { get; init; } = [];

    [JsonPropertyName("breakdown_limit")] public int? BreakdownLimit { get; init; }

    [JsonPropertyName("breakdown_hide_other_aggregation")] public bool HideOther { get; init; }

    /// <summary>Applies the project's rules for paths to addresses.</summary>
    [JsonPropertyName("breakdown_path_cleaning")] public bool PathCleaning { get; init; }

    /// <summary>Leaves out what addresses may end in: a slash, an empty query or fragment.</summary>
    [JsonPropertyName("breakdown_normalize_url")] public bool NormalizeUrl { get; init; }

    /// <summary>The cohorts that it names, by their ids.</summary>
    [JsonIgnore]
    public IEnumerable<int> CohortIds => Breakdowns.Where(breakdown => breakdown is { Type: "cohort", Property: not "all" })
        .Select(breakdown => int.TryParse(breakdown.Property, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : (int?)null).OfType<int>();
}

/// <summary>One property to break down by.</summary>
/// <param name="Property">Its name; for cohort the id or "all"; for hogql the expression.</param>
/// <param name="Type">event, person, group, session, cohort or hogql.</param>
public sealed record Breakdown(
    string Property,
    string Type = "event",
    [property: JsonPropertyName("group_type_index")] int? GroupTypeIndex = null,
    [property: JsonPropertyName("histogram_bin_count")] int? HistogramBinCount = null,
    [property: JsonPropertyName("normalize_url")] bool NormalizeUrl = false)
{
    /// <summary>Whether its values are addresses, which rules can clean.</summary>
    [JsonIgnore]
    public bool IsAddress => this is
    {
        Type: "event" or "session",
        Property: "$current_url" or "$pathname" or "$entry_current_url" or "$entry_pathname" or "$exit_current_url" or "$exit_pathname" or "$end_current_url",
    };

    /// <summary>Stands for all values beyond the limit.</summary>
    public const string Other = "$$_posthog_breakdown_other_$$";

    /// <summary>Stands for a missing value.</summary>
    public const string None = "$$_posthog_breakdown_null_$$";
}

/// <summary>A comparison with an earlier period.</summary>
/// <param name="Compare">Whether to compare.</param>
/// <param name="CompareTo">A fixed shift such as -1w; null for the same length directly before.</param>
public sealed record CompareFilter(bool Compare = false, [property: JsonPropertyName("compare_to")] string? CompareTo = null);
