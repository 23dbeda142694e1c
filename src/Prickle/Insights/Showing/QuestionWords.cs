using System.Globalization;
using Prickle.Actions;
using Prickle.Filters;

namespace Prickle.Insights.Showing;

/// <summary>A question in plain words: its title when it has no name, and what it leaves out.</summary>
public sealed class QuestionWords(IReadOnlyDictionary<int, ActionDefinition> actions, Func<int, string>? groupType = null)
{
    /// <summary>Kinds of questions as people call them, in the order in which they are offered.</summary>
    public static string KindOf(InsightQuery query) => query switch
    {
        TrendsQuery => "Trends",
        FunnelsQuery => "Funnel",
        RetentionQuery => "Retention",
        PathsQuery => "Paths",
        StickinessQuery => "Stickiness",
        LifecycleQuery => "Lifecycle",
        _ => "Question",
    };

    /// <summary>What a series or step is called.</summary>
    public string NameOf(EntityNode entity) => entity.CustomName ?? entity switch
    {
        EventsNode { Event: null } => "All events",
        EventsNode { Event: "" } => "…",
        EventsNode named => named.Event,
        ActionsNode action => actions.TryGetValue(action.Id, out var found) ? found.Name : string.Create(CultureInfo.InvariantCulture, $"Action {action.Id}"),
        _ => "",
    };

    /// <summary>A title for a question that nobody has named yet.</summary>
    public string TitleOf(InsightQuery query) => query switch
    {
        TrendsQuery { TrendsFilter.FormulaNodes.Count: > 0 } trends => string.Join(", ", trends.TrendsFilter.FormulaNodes.Select(formula => formula.CustomName ?? formula.Formula)),
        TrendsQuery trends => Listed(trends.Series.Select(series => series.Math is null or "total" ? NameOf(series) : $"{NameOf(series)}, {MathWords.Of(series.Math).Words.ToLowerInvariant()}"))
            + (trends.BreakdownFilter.Breakdowns.Count > 0 ? $" by {string.Join(", ", trends.BreakdownFilter.Breakdowns.Select(breakdown => breakdown.Property))}" : ""),
        FunnelsQuery funnel => $"Funnel: {string.Join(" → ", funnel.Series.Select(NameOf))}",
        RetentionQuery { RetentionFilter: var filter } => $"Who comes back to {NameOf(filter.ReturningEntity)} after {NameOf(filter.TargetEntity)}",
        PathsQuery { PathsFilter: var filter } => filter.StartPoint is { } start ? $"Paths from {start}" : filter.EndPoint is { } end ? $"Paths to {end}" : "Paths",
        StickinessQuery stickiness => $"How often: {Listed(stickiness.Series.Select(NameOf))}",
        LifecycleQuery lifecycle => $"Lifecycle of {Listed(lifecycle.Series.Select(NameOf))}",
        _ => "Question",
    };

    /// <summary>Everything that narrows the answer, a sentence each; never empty.</summary>
    public IReadOnlyList<string> FiltersOf(InsightQuery query)
    {
        List<string> sentences = [];
        if (!query.Properties.IsEmpty)
        {
            sentences.Add($"Events where {Of(query.Properties)}.");
        }
        foreach (var entity in EntitiesOf(query).Where(entity => !entity.Properties.IsEmpty))
        {
            sentences.Add($"{NameOf(entity)} only where {Of(entity.Properties)}.");
        }
        if (query.FilterTestAccounts)
        {
            sentences.Add("Without the project's own people.");
        }
        if (query.SamplingFactor is { } factor and < 1)
        {
            sentences.Add(string.Create(CultureInfo.InvariantCulture, $"From a sample of {factor * 100:0.##} % of distinct ids; counts are scaled up."));
        }
        if (query.AggregationGroupTypeIndex is { } type)
        {
            sentences.Add(string.Create(CultureInfo.InvariantCulture, $"Counts groups of type {groupType?.Invoke(type) ?? type.ToString(CultureInfo.InvariantCulture)} in place of persons."));
        }
        return sentences.Count > 0 ? sentences : ["No filters: everybody and every event that fits."];
    }

    static IEnumerable<EntityNode> EntitiesOf(InsightQuery query) => query switch
    {
        TrendsQuery trends => trends.Series,
        FunnelsQuery funnel => funnel.Series,
        StickinessQuery stickiness => stickiness.Series,
        LifecycleQuery lifecycle => lifecycle.Series,
        RetentionQuery { RetentionFilter: var filter } => [filter.TargetEntity, filter.ReturningEntity],
        _ => [],
    };

    /// <summary>Filters in words.</summary>
    public static string Of(FilterGroup group) => string.Join(group.Join is FilterJoin.And ? " and " : " or ", group.Members.Select(member => member switch
    {
        FilterGroup inner => $"({Of(inner)})",
        PropertyFilter leaf => Of(leaf),
        _ => "",
    }));

    static string Of(PropertyFilter leaf)
    {
        var whose = leaf.Type is "event" or "hogql" ? "" : leaf.Type + " ";
        return $"{whose}{leaf.Key} {FilterOperator.Find(leaf.Operator)?.Words ?? leaf.Operator} {string.Join(" or ", leaf.Values)}".Trim();
    }

    static string Listed(IEnumerable<string> names) => names.ToList() switch { [] => "Nothing", [var one] => one, var all => string.Join(", ", all) };
}
