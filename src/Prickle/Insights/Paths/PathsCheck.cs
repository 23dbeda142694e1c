using Prickle.Accounts;
using Prickle.Filters;
using Prickle.Insights.Funnels;

namespace Prickle.Insights.Paths;

/// <summary>What is wrong with a question about paths, before anything is asked.</summary>
static class PathsCheck
{
    const int MostSteps = 20;
    const int MostEdges = 1000;
    const int MostRules = 100;
    const int LongestExpression = 10_000;

    public static Refusal? Of(PathsQuery query)
    {
        var filter = query.PathsFilter;
        return filter.IncludeEventTypes.Count == 0 || filter.IncludeEventTypes.Any(kind => kind is not ("$pageview" or "$screen" or "custom_event" or "hogql"))
            ? Refusal.Invalid("includeEventTypes", "Paths are made of $pageview, $screen, custom_event and hogql; at least one of them.")
        : filter.HasExpression && filter.PathsHogQLExpression?.Trim() is not { Length: > 0 and <= LongestExpression }
            ? Refusal.Invalid("pathsHogQLExpression", $"Write the SQL expression that gives the item of an event, of at most {LongestExpression} characters.")
        : filter.StepLimit is < 2 or > MostSteps
            ? Refusal.Invalid("stepLimit", $"A path has between 2 and {MostSteps} steps.")
        : filter.EdgeLimit is < 1 or > MostEdges
            ? Refusal.Invalid("edgeLimit", $"Between 1 and {MostEdges} connections are shown.")
        : filter.MinEdgeWeight is < 1 || filter.MaxEdgeWeight is < 1
            ? Refusal.Invalid("minEdgeWeight", "A connection is used at least once.")
        : filter.MinEdgeWeight > filter.MaxEdgeWeight
            ? Refusal.Invalid("minEdgeWeight", "The least weight is greater than the greatest.")
        : filter.ExcludeEvents.Count > MostRules || filter.PathGroupings.Count > MostRules || filter.LocalPathCleaningFilters.Count > MostRules
            ? Refusal.Invalid("pathsFilter", $"At most {MostRules} items to leave out, wildcards and cleaning rules each.")
        : filter.LocalPathCleaningFilters.FirstOrDefault(rule => !FilterValues.IsRegex(rule.Regex)) is { } wrong
            ? Refusal.Invalid("localPathCleaningFilters", $"'{wrong.Regex}' is not a regular expression that can be used.")
        : query.FunnelPathsFilter is { } funnel ? Funnel(funnel)
        : null;
    }

    static Refusal? Funnel(FunnelPathsFilter funnel) =>
        FunnelCheck.Of(funnel.FunnelSource) is { } refusal ? refusal
        : funnel.FunnelSource.FunnelsFilter.AggregateBy != "person" || funnel.FunnelSource.AggregationGroupTypeIndex is not null
            ? Refusal.Invalid("funnelSource", "The funnel of paths counts whom the paths count.")
        : funnel.FunnelPathType is not ("before" or "between" or "after")
            ? Refusal.Invalid("funnelPathType", "Paths lie before, between or after a step of a funnel.")
        : funnel.FunnelStep < (funnel.FunnelPathType == "between" ? 1 : 0) || funnel.FunnelStep >= funnel.FunnelSource.Series.Count
            ? Refusal.Invalid("funnelStep", "That is no step of the funnel with paths on this side.")
        : null;
}
