using System.Runtime.InteropServices;
using System.Text.Json;
using Prickle.ClickHouse;

namespace Prickle.Capture.Receiving;

/// <summary>One pass over the properties of an event: what they hold that capture looks for.</summary>
ref struct PropertyScan
{
    public SpecialProperties Special { get; private set; }

    public JsonElement DistinctId { get; private set; }

    public JsonElement SessionId { get; private set; }

    public JsonElement WindowId { get; private set; }

    public JsonElement IgnoreSentAt { get; private set; }

    public static PropertyScan Of(JsonElement properties)
    {
        var scan = default(PropertyScan);
        if (properties.ValueKind != JsonValueKind.Object)
        {
            return scan;
        }

        foreach (var property in properties.EnumerateObject())
        {
            var name = JsonMarshal.GetRawUtf8PropertyName(property);
            if (name.Contains((byte)'\\'))
            {
                return Unknown(properties);
            }

            scan.Note(name, property.Value);
        }

        return scan;
    }

    // Of a name that comes twice the last counts, as when looking it up.
    void Note(ReadOnlySpan<byte> name, JsonElement value)
    {
        if (!JsonColumn.IsCopied(value))
        {
            Special |= SpecialProperties.Rewritten;
        }

        switch (name.Length)
        {
            case 3 when name.SequenceEqual("$ip"u8):
                Special |= SpecialProperties.Address;
                break;
            case 4 when name.SequenceEqual("$set"u8):
            case 6 when name.SequenceEqual("$unset"u8):
            case 9 when name.SequenceEqual("$set_once"u8):
                Special |= SpecialProperties.Update;
                break;
            case 7 when name.SequenceEqual("$groups"u8):
                Special |= SpecialProperties.Groups;
                break;
            case 9 when name.SequenceEqual("$elements"u8):
            case 15 when name.SequenceEqual("$elements_chain"u8):
                Special |= SpecialProperties.Elements;
                break;
            case 10 when name.SequenceEqual("$window_id"u8):
                WindowId = value;
                break;
            case 11 when name.SequenceEqual("$session_id"u8):
                SessionId = value;
                break;
            case 11 when name.SequenceEqual("distinct_id"u8):
                DistinctId = value;
                break;
            case 15 when name.SequenceEqual("$ignore_sent_at"u8):
                IgnoreSentAt = value;
                break;
            case 16 when value.ValueKind == JsonValueKind.True && name.SequenceEqual("$cookieless_mode"u8):
                Special |= SpecialProperties.Cookieless;
                break;
            case 23 when value.ValueKind == JsonValueKind.False && name.SequenceEqual("$process_person_profile"u8):
                Special |= SpecialProperties.WithoutProfile;
                break;
        }
    }

    static PropertyScan Unknown(JsonElement properties) => new()
    {
        Special = SpecialProperties.Unknown,
        DistinctId = Find(properties, "distinct_id"u8),
        SessionId = Find(properties, "$session_id"u8),
        WindowId = Find(properties, "$window_id"u8),
        IgnoreSentAt = Find(properties, "$ignore_sent_at"u8),
    };

    static JsonElement Find(JsonElement properties, ReadOnlySpan<byte> name) =>
        properties.TryGetProperty(name, out var value) ? value : default;
}
