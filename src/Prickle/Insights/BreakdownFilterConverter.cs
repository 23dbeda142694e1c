using System.Text.Json;
using System.Text.Json.Serialization;

namespace Prickle.Insights;

/// <summary>Writes breakdowns as a list; reads the older form too, of one property or a list of cohorts: <c>breakdown</c>, <c>breakdown_type</c>.</summary>
sealed class BreakdownFilterConverter : JsonConverter<BreakdownFilter>
{
    public override BreakdownFilter? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<Shape>(ref reader, options) is not { } read ? null : new BreakdownFilter
        {
            Breakdowns = read.Breakdowns is { Count: > 0 } breakdowns ? breakdowns : [.. Older(read)],
            BreakdownLimit = read.Limit,
            HideOther = read.HideOther,
            PathCleaning = read.PathCleaning,
            NormalizeUrl = read.NormalizeUrl,
        };

    public override void Write(Utf8JsonWriter writer, BreakdownFilter value, JsonSerializerOptions options) => JsonSerializer.Serialize(
        writer, new Shape(value.Breakdowns, value.BreakdownLimit, value.HideOther, value.PathCleaning, value.NormalizeUrl), options);

    static IEnumerable<Breakdown> Older(Shape read)
    {
        if (read.Property is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } property)
        {
            return [];
        }
        IEnumerable<JsonElement> all = property.ValueKind == JsonValueKind.Array ? property.EnumerateArray() : [property];
        return all.Select(one => one.ValueKind is JsonValueKind.String or JsonValueKind.Number
            ? new Breakdown(one.ToString(), read.Type ?? "event", read.GroupType, read.Bins)
            : throw new JsonException("A breakdown is the name of a property, or the id of a cohort."));
    }

    sealed record Shape(
        IReadOnlyList<Breakdown>? Breakdowns = null,
        [property: JsonPropertyName("breakdown_limit")] int? Limit = null,
        [property: JsonPropertyName("breakdown_hide_other_aggregation")] bool HideOther = false,
        [property: JsonPropertyName("breakdown_path_cleaning")] bool PathCleaning = false,
        [property: JsonPropertyName("breakdown_normalize_url")] bool NormalizeUrl = false,
        [property: JsonPropertyName("breakdown")] JsonElement? Property = null,
        [property: JsonPropertyName("breakdown_type")] string? Type = null,
        [property: JsonPropertyName("breakdown_group_type_index")] int? GroupType = null,
        [property: JsonPropertyName("breakdown_histogram_bin_count")] int? Bins = null);
}
