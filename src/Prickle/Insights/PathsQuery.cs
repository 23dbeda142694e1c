using System.Text.Json.Serialization;

namespace Prickle.Insights;

/// <summary>Where people go from one page or event to the next.</summary>
public sealed record PathsQuery : InsightQuery
{
    public PathsFilter PathsFilter { get; init; } = new();

    /// <summary>Restricts to the time around a step of a funnel.</summary>
    public FunnelPathsFilter? FunnelPathsFilter { get; init; }
}

/// <summary>The rules of paths; the defaults are those of K9.</summary>
public sealed record PathsFilter
{
    /// <summary>$pageview, $screen, custom_event, hogql.</summary>
    public IReadOnlyList<string> IncludeEventTypes { get; init; } = ["$pageview"];

    /// <summary>Items left out.</summary>
    public IReadOnlyList<string> ExcludeEvents { get; init; } = [];

    /// <summary>Wildcards: <c>/user/*</c> is one node.</summary>
    public IReadOnlyList<string> PathGroupings { get; init; } = [];

    /// <summary>Ordered replacements by regular expression, applied first.</summary>
    public IReadOnlyList<PathCleaning> LocalPathCleaningFilters { get; init; } = [];

    public string? StartPoint { get; init; }

    public string? EndPoint { get; init; }

    public int StepLimit { get; init; } = 5;

    public int EdgeLimit { get; init; } = 50;

    public int? MinEdgeWeight { get; init; }

    public int? MaxEdgeWeight { get; init; }

    /// <summary>
    /// A SQL expression that gives the item of each event, when hogql is included: of those of the other kinds included, or of
    /// every event when there is no other. Where it gives nothing the event is left out.
    /// </summary>
    public string? PathsHogQLExpression { get; init; }

    [JsonIgnore]
    public bool HasExpression => IncludeEventTypes.Contains("hogql");
}

public sealed record PathCleaning(string Regex, string Alias);

/// <summary>before, between or after a step (from 0) of a funnel.</summary>
public sealed record FunnelPathsFilter(FunnelsQuery FunnelSource, string FunnelPathType, int FunnelStep);

/// <summary>The answer to a <see cref="PathsQuery"/>. A node is <c>position_item</c>, positions from 1.</summary>
public sealed record PathsResult(IReadOnlyList<PathsEdge> Edges) : InsightResult;

public sealed record PathsEdge(string Source, string Target, long Weight, double AverageSeconds);
