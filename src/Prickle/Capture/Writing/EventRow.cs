using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Prickle.ClickHouse;

namespace Prickle.Capture.Writing;

/// <summary>An event as the JSON line that the table takes.</summary>
static class EventRow
{
    /// <summary>The columns, in the order of <c>0001_events</c>.</summary>
    public const string Table =
        "events (project_id, uuid, event, timestamp, distinct_id, person_id, person_profile, session_id, window_id, "
        + "elements_chain, group_0, group_1, group_2, group_3, group_4, properties, captured_at)";

    static readonly JsonEncodedText[] GroupColumns =
        [.. Enumerable.Range(0, 5).Select(index => JsonEncodedText.Encode($"group_{index}"))];

    /// <summary>Adds the row, and notes on the event when a value in its properties had to become text.</summary>
    /// <param name="rows">Where to.</param>
    /// <param name="captured">The event, through all steps.</param>
    /// <param name="propertiesAsText">Store the properties as one text: the store refused them as they are.</param>
    public static void Write(JsonRows rows, CapturedEvent captured, bool propertiesAsText = false)
    {
        var writer = rows.Writer;
        rows.Begin();
        writer.WriteNumber("project_id"u8, captured.ProjectId);
        writer.WriteString("uuid"u8, captured.Uuid);
        writer.WriteString("event"u8, captured.Name);
        WriteTime(writer, "timestamp"u8, captured.Timestamp);
        writer.WriteString("distinct_id"u8, captured.DistinctId);
        writer.WriteString("person_id"u8, captured.Person.PersonId);
        writer.WriteBoolean("person_profile"u8, captured.Person.HasProfile);
        WriteUnlessEmpty(writer, "session_id"u8, captured.SessionId);
        WriteUnlessEmpty(writer, "window_id"u8, captured.WindowId);
        WriteUnlessEmpty(writer, "elements_chain"u8, captured.ElementsChain);
        for (var index = 0; index < captured.Groups?.Length; index++)
        {
            if (captured.Groups[index] is { } key)
            {
                writer.WriteString(GroupColumns[index], key);
            }
        }

        WriteTime(writer, "captured_at"u8, captured.CapturedAt);
        if (!propertiesAsText && IsCopied(captured))
        {
            CopyProperties(rows, captured);
        }
        else
        {
            captured.HasValueAsText = WriteProperties(writer, captured, propertiesAsText);
        }

        rows.End();
    }

    // Nearly all events: nothing to change, nothing to add but the address.
    static bool IsCopied(CapturedEvent captured) =>
        !captured.May(SpecialProperties.Rewritten | SpecialProperties.Address)
        && captured.Properties.ValueKind == JsonValueKind.Object
        && captured.Set.ValueKind != JsonValueKind.Object && captured.SetOnce.ValueKind != JsonValueKind.Object;

    static void CopyProperties(JsonRows rows, CapturedEvent captured)
    {
        var writer = rows.Writer;
        writer.WriteStartObject("properties"u8);
        if (captured.StoredAddress is { } address)
        {
            writer.WriteString("$ip"u8, address);
        }

        var isFirst = captured.StoredAddress is null;
        if (captured.May(SpecialProperties.Elements))
        {
            CopyWithoutElements(rows, captured.Properties, isFirst);
        }
        else
        {
            // SDKs may leave a comma behind the last one, which the store does not forgive.
            var inner = JsonMarshal.GetRawUtf8Value(captured.Properties)[1..^1];
            Copy(rows, inner.Trim(" \t\r\n"u8).TrimEnd(","u8), ref isFirst);
        }

        rows.Append("}"u8);
    }

    // In runs of what lies together in the text: elements are one or two properties among many.
    static void CopyWithoutElements(JsonRows rows, JsonElement properties, bool isFirst)
    {
        var text = JsonMarshal.GetRawUtf8Value(properties);
        var (from, to) = (0, 0);
        foreach (var property in properties.EnumerateObject())
        {
            var name = JsonMarshal.GetRawUtf8PropertyName(property);
            var value = JsonMarshal.GetRawUtf8Value(property.Value);
            if (IsColumn(name))
            {
                Copy(rows, text[from..to], ref isFirst);
                from = to = 0;
                continue;
            }

            text.Overlaps(name, out var start);
            text.Overlaps(value, out var valueStart);
            // The name stands between quotes.
            from = to == 0 ? start - 1 : from;
            to = valueStart + value.Length;
        }

        Copy(rows, text[from..to], ref isFirst);
    }

    static void Copy(JsonRows rows, ReadOnlySpan<byte> members, ref bool isFirst)
    {
        if (members.IsEmpty)
        {
            return;
        }

        if (!isFirst)
        {
            rows.Append(","u8);
        }

        rows.Append(members);
        isFirst = false;
    }

    static bool WriteProperties(Utf8JsonWriter writer, CapturedEvent captured, bool asText)
    {
        var changed = false;
        writer.WriteStartObject("properties"u8);
        if (asText)
        {
            writer.WriteString("$raw_properties"u8, Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(captured.Properties)));
        }
        else if (captured.Properties.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in captured.Properties.EnumerateObject())
            {
                if (!IsColumn(JsonMarshal.GetRawUtf8PropertyName(property)))
                {
                    JsonColumn.WriteName(writer, property);
                    changed |= JsonColumn.Write(writer, property.Value);
                }
            }
        }

        if (captured.StoredAddress is { } address)
        {
            writer.WriteString("$ip"u8, address);
        }

        changed |= WriteUpdate(writer, "$set"u8, captured.Set, captured.Properties);
        changed |= WriteUpdate(writer, "$set_once"u8, captured.SetOnce, captured.Properties);
        writer.WriteEndObject();
        return changed;
    }

    // The event shows what it set on its person, also when the SDK put that beside the properties.
    static bool WriteUpdate(Utf8JsonWriter writer, ReadOnlySpan<byte> name, JsonElement update, JsonElement properties)
    {
        if (update.ValueKind != JsonValueKind.Object
            || (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name, out _)))
        {
            return false;
        }

        writer.WritePropertyName(name);
        return JsonColumn.Write(writer, update);
    }

    // Elements have a column of their own, and $ip is written by the rules of the project.
    static bool IsColumn(ReadOnlySpan<byte> name) =>
        name.Length is 3 or 9 or 15
        && (name.SequenceEqual("$ip"u8) || name.SequenceEqual("$elements"u8) || name.SequenceEqual("$elements_chain"u8));

    static void WriteUnlessEmpty(Utf8JsonWriter writer, ReadOnlySpan<byte> column, string value)
    {
        if (value.Length > 0)
        {
            writer.WriteString(column, value);
        }
    }

    static void WriteTime(Utf8JsonWriter writer, ReadOnlySpan<byte> column, DateTimeOffset time)
    {
        // 2026-03-01 14:30:00.123456, by hand: two times an event, and a custom format is slow.
        Span<byte> text = stackalloc byte[26];
        var moment = time.UtcDateTime;
        "0000-00-00 00:00:00.000000"u8.CopyTo(text);
        Digits(text[..4], moment.Year);
        Digits(text[5..7], moment.Month);
        Digits(text[8..10], moment.Day);
        Digits(text[11..13], moment.Hour);
        Digits(text[14..16], moment.Minute);
        Digits(text[17..19], moment.Second);
        Digits(text[20..], (int)(moment.Ticks / TimeSpan.TicksPerMicrosecond % 1_000_000));
        writer.WriteString(column, text);
    }

    static void Digits(Span<byte> place, int number)
    {
        for (var digit = place.Length - 1; digit >= 0; digit--)
        {
            place[digit] = (byte)('0' + (number % 10));
            number /= 10;
        }
    }
}
