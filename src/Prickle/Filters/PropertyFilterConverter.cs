using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Prickle.Filters;

/// <summary>
/// <c>{"key":"plan","operator":"exact","value":["pro"],"type":"person"}</c>. One value may stand without brackets, as a
/// number or as a boolean; a missing operator is exact.
/// </summary>
sealed class PropertyFilterConverter : JsonConverter<PropertyFilter>
{
    public override PropertyFilter Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var json = JsonElement.ParseValue(ref reader);
        if (json.ValueKind != JsonValueKind.Object || Text(json, "key") is not { Length: > 0 } key)
        {
            throw new JsonException("A property filter is an object with a key.");
        }
        var type = Text(json, "type") ?? "event";
        var name = NameOf(Text(json, "operator"), type, json);
        if (FilterOperator.Find(name) is not { } filterOperator)
        {
            throw new JsonException($"No operator is called \"{name}\".");
        }
        return new PropertyFilter(key, name, filterOperator.TakesValue ? Values(json) : [], type)
        {
            GroupTypeIndex = json.TryGetProperty("group_type_index", out var index) && index.ValueKind == JsonValueKind.Number && index.TryGetInt32(out var number) ? number : null,
        };
    }

    public override void Write(Utf8JsonWriter writer, PropertyFilter value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("key", value.Key);
        writer.WriteString("operator", value.Operator);
        writer.WriteStartArray("value");
        foreach (var item in value.Values)
        {
            writer.WriteStringValue(item);
        }
        writer.WriteEndArray();
        writer.WriteString("type", value.Type);
        if (value.GroupTypeIndex is { } index)
        {
            writer.WriteNumber("group_type_index", index);
        }
        writer.WriteEndObject();
    }

    // Older clients say min and max, and leave out what a cohort filter means.
    static string NameOf(string? given, string type, JsonElement json)
    {
        var name = given switch { null or "" => FilterOperator.Exact.Name, "min" => "gte", "max" => "lte", _ => given };
        if (type != FilterTypes.Cohort)
        {
            return name;
        }
        var isNegated = name is "not_in" or "is_not"
            ^ (json.TryGetProperty("negation", out var negation) && negation.ValueKind == JsonValueKind.True);
        return name is "exact" or "is_not" or "in" or "not_in" ? isNegated ? "not_in" : "in" : name;
    }

    static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static string[] Values(JsonElement json) =>
        !json.TryGetProperty("value", out var value) ? []
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(Scalar)]
        : [Scalar(value)];

    static string Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => value.GetDouble().ToString(CultureInfo.InvariantCulture),
        _ => throw new JsonException("The value of a filter is text, a number, a boolean, or a list of them."),
    };
}
