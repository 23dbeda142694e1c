using System.Buffers;
using System.Text.Json;
using Prickle.ClickHouse;

namespace Prickle.Capture.Receiving;

/// <summary>
/// The newer capture protocol says beside an event what the classic one says among its properties: session, window,
/// and options. Written over into the classic shape, it takes the same way as everything else.
/// </summary>
static class AnalyticsEnvelope
{
    static readonly (string Option, string Property)[] Options =
    [
        ("process_person_profile", "$process_person_profile"),
        ("cookieless_mode", "$cookieless_mode"),
        ("disable_skew_correction", "$ignore_sent_at"),
        ("product_tour_id", "$product_tour_id"),
    ];

    public static ReadOnlyMemory<byte>? ToClassic(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("batch"u8, out var batch)
            || batch.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>(4096);
        using var writer = new Utf8JsonWriter(buffer, JsonRows.WriterOptions);
        writer.WriteStartObject();
        if (root.TryGetProperty("created_at"u8, out var createdAt))
        {
            writer.WritePropertyName("sent_at"u8);
            createdAt.WriteTo(writer);
        }

        writer.WriteStartArray("batch"u8);
        foreach (var item in batch.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object)
            {
                WriteItem(writer, item);
            }
            else
            {
                item.WriteTo(writer);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    static void WriteItem(Utf8JsonWriter writer, JsonElement item)
    {
        writer.WriteStartObject();
        foreach (var member in item.EnumerateObject().Where(member => !member.NameEquals("properties"u8)))
        {
            member.WriteTo(writer);
        }

        if (!item.TryGetProperty("properties"u8, out var properties) || properties.ValueKind is JsonValueKind.Object or JsonValueKind.Null)
        {
            writer.WriteStartObject("properties"u8);
            if (properties.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in properties.EnumerateObject())
                {
                    property.WriteTo(writer);
                }
            }

            WriteBesides(writer, item);
            writer.WriteEndObject();
        }
        else
        {
            writer.WritePropertyName("properties"u8);
            properties.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    static void WriteBesides(Utf8JsonWriter writer, JsonElement item)
    {
        Copy(writer, item, "session_id", "$session_id");
        Copy(writer, item, "window_id", "$window_id");
        if (item.TryGetProperty("options"u8, out var options) && options.ValueKind == JsonValueKind.Object)
        {
            foreach (var (option, property) in Options)
            {
                Copy(writer, options, option, property);
            }
        }
    }

    static void Copy(Utf8JsonWriter writer, JsonElement holder, string name, string property)
    {
        if (holder.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null)
        {
            writer.WritePropertyName(property);
            value.WriteTo(writer);
        }
    }
}
