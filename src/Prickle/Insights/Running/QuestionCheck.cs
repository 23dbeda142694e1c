using System.Text.Json;
using Prickle.Accounts;
using Prickle.Filters;

namespace Prickle.Insights.Running;

/// <summary>What every kind of question has in common, checked.</summary>
static class QuestionCheck
{
    const int MostFilters = 200;

    public static Refusal? Of(InsightQuery query) =>
        query.SamplingFactor is { } factor && !(factor is > 0 and <= 1)
            ? Refusal.Invalid("samplingFactor", "The sampling factor lies above 0 and is at most 1.")
        : query.AggregationGroupTypeIndex is < 0 or > 4
            ? Refusal.Invalid("aggregation_group_type_index", "Types of groups have an index from 0 to 4.")
        : OfFilters(query.Properties, "properties");

    /// <summary>Filters of the question or of one of its series.</summary>
    public static Refusal? OfFilters(FilterGroup filters, string attribute)
    {
        var leaves = filters.Leaves.ToList();
        return leaves.Count > MostFilters
            ? Refusal.Invalid(attribute, $"At most {MostFilters} filters.")
            : leaves.FirstOrDefault(leaf => leaf.Operator is "regex" or "not_regex" && !leaf.Values.All(FilterValues.IsRegex)) is { } wrong
                ? Refusal.Invalid(attribute, $"'{wrong.Values[0]}' is not a regular expression that can be used: look-around and back-references are not known.")
                : null;
    }

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
