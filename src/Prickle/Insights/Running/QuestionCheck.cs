using System.Globalization;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.Filters;

namespace Prickle.Insights.Running;

/// <summary>What every kind of question has in common, checked.</summary>
static class QuestionCheck
{
    public static Refusal? Of(InsightQuery query) =>
        query.SamplingFactor is { } factor && !(factor is > 0 and <= 1)
            ? Refusal.Invalid("samplingFactor", "The sampling factor lies above 0 and is at most 1.")
        : query.AggregationGroupTypeIndex is < 0 or > 4
            ? Refusal.Invalid("aggregation_group_type_index", "Types of groups have an index from 0 to 4.")
        : OfFilters(query.Properties, "properties");

    /// <summary>Filters of the question or of one of its series.</summary>
    public static Refusal? OfFilters(FilterGroup filters, string attribute) => FilterCheck.Refuse(filters, null, attribute);

    /// <summary>The SQL expressions of a question apart from those of its filters.</summary>
    public static IEnumerable<(string Text, ExpressionPlace Place)> ExpressionsOf(InsightQuery query) => query switch
    {
        TrendsQuery trends => [.. Of(trends.BreakdownFilter), .. trends.Series
            .Where(entity => entity.Math == "hogql").Select(entity => (entity.MathHogql ?? "", ExpressionPlace.Aggregate))],
        FunnelsQuery funnels => Of(funnels.BreakdownFilter),
        RetentionQuery retention => Of(retention.BreakdownFilter),
        PathsQuery { PathsFilter: { HasExpression: true, PathsHogQLExpression: { } item } } => [(item, ExpressionPlace.Event)],
        _ => [],
    };

    static IEnumerable<(string Text, ExpressionPlace Place)> Of(BreakdownFilter filter) =>
        filter.Breakdowns.Where(breakdown => breakdown.Type == "hogql").Select(breakdown => (breakdown.Property, ExpressionPlace.Event));

    /// <summary>Everything that is asked of events in a question, entities included, checked.</summary>
    public static Refusal? OfAll(InsightQuery query, IQuestion question) =>
        question.EntitiesOf(query).Select(entity => OfEntity(entity, "series")).FirstOrDefault(refusal => refusal is not null)
        ?? (query is PathsQuery { FunnelPathsFilter.FunnelSource: { } source } ? OfFilters(source.Properties, "funnelSource") : null);

    /// <summary>The filters of a question, of its entities, and of what is in it.</summary>
    public static IEnumerable<FilterGroup> FiltersOf(InsightQuery query, IQuestion question) =>
    [
        query.Properties, .. question.EntitiesOf(query).Select(entity => entity.Properties),
        .. query is PathsQuery { FunnelPathsFilter.FunnelSource: { } source } ? [source.Properties] : (FilterGroup[])[],
    ];

    /// <summary>The actions of a question by id.</summary>
    public static IReadOnlySet<int> ActionsOf(InsightQuery query, IQuestion question) =>
        question.EntitiesOf(query).OfType<ActionsNode>().Select(node => node.Id).ToHashSet();

    /// <summary>The cohorts that a question names by id, in its filters and in what it is broken down by.</summary>
    public static IReadOnlySet<int> CohortsOf(InsightQuery query, IQuestion question) =>
        CohortsOf(FiltersOf(query, question)).Concat(QuestionNames.BreakdownOf(query).CohortIds).ToHashSet();

    /// <summary>The cohorts that filters name.</summary>
    public static IEnumerable<int> CohortsOf(IEnumerable<FilterGroup> filters) => filters.SelectMany(filter => filter.CohortIds);

    /// <summary>A series or a step.</summary>
    public static Refusal? OfEntity(EntityNode entity, string attribute) => OfFilters(entity.Properties, attribute);

    /// <summary>The project's own people as a filter; null where the setting cannot be read.</summary>
    public static FilterGroup? ReadTestAccounts(Project project)
    {
        try
        {
            return JsonSerializer.Deserialize<FilterGroup>(project.TestAccountFilters, InsightJson.Options) ?? FilterGroup.Everything;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
