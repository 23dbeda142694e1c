using System.Text.Json;
using System.Text.Json.Serialization;

namespace Prickle.Filters;

/// <summary>A condition on a property, in the shape that the API and every address use: key, operator, value, type.</summary>
/// <param name="Operator">One of <see cref="FilterOperator.All"/> by name.</param>
/// <param name="Values">Any of them fits (for a negative operator: none of them); empty for is_set and is_not_set.</param>
/// <param name="Type">
/// What is looked at: a property of the event, person, group or session; an element (key tag_name, text, href or selector);
/// cohort (key id, operator in or not_in); feature (a flag's value at the event); hogql (the key is a SQL expression).
/// </param>
[JsonConverter(typeof(PropertyFilterConverter))]
public sealed record PropertyFilter(string Key, string Operator, IReadOnlyList<string> Values, string Type = "event") : Filter
{
    /// <summary>For the type group: which type of group.</summary>
    public int? GroupTypeIndex { get; init; }

    /// <summary>The text of a list of filters for an address; null for none.</summary>
    public static string? Write(IReadOnlyCollection<PropertyFilter> filters) =>
        filters.Count == 0 ? null : JsonSerializer.Serialize(filters);

    /// <summary>Reads such a text; null when it is not one, so that the caller can say so.</summary>
    public static IReadOnlyList<PropertyFilter>? Read(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return [];
        }
        try
        {
            return JsonSerializer.Deserialize<PropertyFilter[]>(text) is { } filters && !filters.Contains(null!) ? filters : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public bool Equals(PropertyFilter? other) =>
        other is not null && Key == other.Key && Operator == other.Operator && Type == other.Type
        && GroupTypeIndex == other.GroupTypeIndex && Values.SequenceEqual(other.Values);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Key, Operator, Type, GroupTypeIndex, Values.Count);
}
