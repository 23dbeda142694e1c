using System.Text.Json;
using System.Text.Json.Serialization;

namespace Prickle.Filters;

/// <summary>
/// The two shapes of the field: an array of leaves, all of which must fit, and
/// <c>{"type":"OR","values":[leaf or group, …]}</c>. Written as an array where that says everything.
/// </summary>
sealed class FilterGroupConverter : JsonConverter<FilterGroup>
{
    const int Deepest = 10;

    public override FilterGroup Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonElement.ParseValue(ref reader) switch
        {
            { ValueKind: JsonValueKind.Null } => FilterGroup.Everything,
            { ValueKind: JsonValueKind.Array } list => new FilterGroup(FilterJoin.And, Members(list, options, 1)),
            { ValueKind: JsonValueKind.Object } json => Member(json, options, 1) switch
            {
                FilterGroup group => group,
                var leaf => FilterGroup.All([leaf]),
            },
            _ => throw new JsonException("Filters are a list, or a group {type, values}."),
        };

    public override void Write(Utf8JsonWriter writer, FilterGroup value, JsonSerializerOptions options)
    {
        if (value.Join == FilterJoin.And && value.Members.All(member => member is PropertyFilter))
        {
            WriteMembers(writer, value, options);
            return;
        }
        writer.WriteStartObject();
        writer.WriteString("type", value.Join == FilterJoin.And ? "AND" : "OR");
        writer.WritePropertyName("values");
        WriteMembers(writer, value, options);
        writer.WriteEndObject();
    }

    static void WriteMembers(Utf8JsonWriter writer, FilterGroup group, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var member in group.Members)
        {
            if (member is FilterGroup inner)
            {
                writer.WriteStartObject();
                writer.WriteString("type", inner.Join == FilterJoin.And ? "AND" : "OR");
                writer.WritePropertyName("values");
                WriteMembers(writer, inner, options);
                writer.WriteEndObject();
            }
            else
            {
                JsonSerializer.Serialize(writer, (PropertyFilter)member, options);
            }
        }
        writer.WriteEndArray();
    }

    static List<Filter> Members(JsonElement list, JsonSerializerOptions options, int depth) =>
        [.. list.EnumerateArray().Select(item => Member(item, options, depth))];

    static Filter Member(JsonElement json, JsonSerializerOptions options, int depth)
    {
        if (depth > Deepest)
        {
            throw new JsonException($"Groups of filters may lie {Deepest} deep at most.");
        }
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("values", out var values))
        {
            return json.Deserialize<PropertyFilter>(options) ?? throw new JsonException("A filter is an object.");
        }
        var join = json.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : "AND";
        return values.ValueKind == JsonValueKind.Array && join is "AND" or "OR"
            ? new FilterGroup(join == "OR" ? FilterJoin.Or : FilterJoin.And, Members(values, options, depth + 1))
            : throw new JsonException("A group of filters is {type: AND or OR, values: [...]}.");
    }
}
