using System.Globalization;
using System.Text.Json;
using Prickle.Filters;

namespace Prickle.Flags.Evaluation;

/// <summary>A condition of a flag as the filter that the rest of the product knows, and back.</summary>
static class FlagFilterForm
{
    /// <summary>For conditions on persons, groups and cohorts. What has no form as a filter is an <see cref="ArgumentException"/>.</summary>
    public static PropertyFilter ToFilter(FlagProperty property)
    {
        if (property.Type != FlagPropertyTypes.Cohort)
        {
            return new PropertyFilter(property.Key, property.Operator, Values(property.Value), property.Type) { GroupTypeIndex = property.GroupTypeIndex };
        }
        var isNegated = property.Operator is "not_in" or "is_not" != property.IsNegated;
        return new PropertyFilter("id", isNegated ? "not_in" : "in", Values(property.Value), FilterTypes.Cohort);
    }

    public static FlagProperty FromFilter(PropertyFilter filter)
    {
        var value = FilterOperator.Find(filter.Operator) is { TakesValue: false } ? default
            : filter.Type == FilterTypes.Cohort && filter.Values is [var id] && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? JsonSerializer.SerializeToElement(number)
            : FilterOperator.Find(filter.Operator) is { TakesSeveral: false, TakesTwo: false } && filter.Values is [var only]
                ? JsonSerializer.SerializeToElement(only)
            : JsonSerializer.SerializeToElement(filter.Values);
        return new FlagProperty(filter.Key, filter.Type, filter.Operator, value) { GroupTypeIndex = filter.GroupTypeIndex };
    }

    static IReadOnlyList<string> Values(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => [],
        JsonValueKind.Array => [.. value.EnumerateArray().Select(Scalar)],
        _ => [Scalar(value)],
    };

    static string Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => value.GetDouble().ToString(CultureInfo.InvariantCulture),
        JsonValueKind.Null => "null",
        _ => throw new ArgumentException("A value is text, a number, a boolean, or a list of them."),
    };
}
