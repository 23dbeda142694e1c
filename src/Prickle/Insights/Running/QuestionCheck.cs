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

    /// <summary>The SQL expressions by which a question is broken down.</summary>
    public static IEnumerable<string> ExpressionsOf(InsightQuery query) => (query switch
    {
        TrendsQuery trends => trends.BreakdownFilter,
        FunnelsQuery funnels => funnels.BreakdownFilter,
        RetentionQuery retention => retention.BreakdownFilter,
        _ => new BreakdownFilter(),
    }).Breakdowns.Where(breakdown => breakdown.Type == "hogql").Select(breakdown => breakdown.Property);

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
