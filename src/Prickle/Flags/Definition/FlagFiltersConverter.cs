using System.Text.Json;
using System.Text.Json.Serialization;

namespace Prickle.Flags.Definition;

/// <summary>The form that SDKs know.</summary>
sealed class FlagFiltersConverter : JsonConverter<FlagFilters>
{
    public override FlagFilters Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        FlagFiltersReader.TryRead(JsonElement.ParseValue(ref reader), "filters", out var filters, out var refusal)
            ? filters
            : throw new JsonException($"{refusal.Attribute}: {refusal.Detail}");

    public override void Write(Utf8JsonWriter writer, FlagFilters value, JsonSerializerOptions options) => FlagFiltersWriter.Write(writer, value);
}
