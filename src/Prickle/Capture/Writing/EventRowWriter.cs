using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Prickle.ClickHouse;

namespace Prickle.Capture.Writing;

/// <summary>Writes events as the JSON lines that the table takes. Reused from batch to batch.</summary>
sealed class EventRowWriter : IDisposable
{
    /// <summary>The columns, in the order of <c>0001_events</c>.</summary>
    public const string Table =
        "events (project_id, uuid, event, timestamp, distinct_id, person_id, person_profile, session_id, window_id, "
        + "elements_chain, group_0, group_1, group_2, group_3, group_4, properties, captured_at)";

    static readonly JsonEncodedText[] GroupColumns =
        [.. Enumerable.Range(0, 5).Select(index => JsonEncodedText.Encode($"group_{index}"))];

    readonly Utf8JsonWriter _writer;

    public EventRowWriter() => _writer = Rows.Writer;

    public JsonRows Rows { get; } = new();

    /// <summary>Adds a row. True when a value in its properties had to become text.</summary>
    /// <param name="captured">The event, through all steps.</param>
    /// <param name="propertiesAsText">Store the properties as one text: the store refused them as they are.</param>
    public bool Add(CapturedEvent captured, bool propertiesAsText = false)
    {
        Rows.Begin();
        _writer.WriteNumber("project_id"u8, captured.ProjectId);
        _writer.WriteString("uuid"u8, captured.Uuid);
        _writer.WriteString("event"u8, captured.Name);
        WriteTime("timestamp"u8, captured.Timestamp);
        _writer.WriteString("distinct_id"u8, captured.DistinctId);
        _writer.WriteString("person_id"u8, captured.Person.PersonId);
        _writer.WriteBoolean("person_profile"u8, captured.Person.HasProfile);
        WriteUnlessEmpty("session_id"u8, captured.SessionId);
        WriteUnlessEmpty("window_id"u8, captured.WindowId);
        WriteUnlessEmpty("elements_chain"u8, captured.ElementsChain);
        for (var index = 0; index < captured.Groups?.Length; index++)
        {
            if (captured.Groups[index] is { } key)
            {
                _writer.WriteString(GroupColumns[index], key);
            }
        }

        WriteTime("captured_at"u8, captured.CapturedAt);
        var changed = WriteProperties(captured, propertiesAsText);
        Rows.End();
        return changed;
    }

    public void Dispose() => Rows.Dispose();

    bool WriteProperties(CapturedEvent captured, bool asText)
    {
        var changed = false;
        _writer.WriteStartObject("properties"u8);
        if (asText)
        {
            _writer.WriteString("$raw_properties"u8, Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(captured.Properties)));
        }
        else if (captured.Properties.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in captured.Properties.EnumerateObject())
            {
                if (!IsColumn(JsonMarshal.GetRawUtf8PropertyName(property)))
                {
                    JsonColumn.WriteName(_writer, property);
                    changed |= JsonColumn.Write(_writer, property.Value);
                }
            }
        }

        if (captured.StoredAddress is { } address)
        {
            _writer.WriteString("$ip"u8, address);
        }

        changed |= WriteUpdate("$set"u8, captured.Set, captured.Properties);
        changed |= WriteUpdate("$set_once"u8, captured.SetOnce, captured.Properties);
        _writer.WriteEndObject();
        return changed;
    }

    // The event shows what it set on its person, also when the SDK put that beside the properties.
    bool WriteUpdate(ReadOnlySpan<byte> name, JsonElement update, JsonElement properties)
    {
        if (update.ValueKind != JsonValueKind.Object
            || (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name, out _)))
        {
            return false;
        }

        _writer.WritePropertyName(name);
        return JsonColumn.Write(_writer, update);
    }

    // Elements have a column of their own, and $ip is written by the rules of the project.
    static bool IsColumn(ReadOnlySpan<byte> name) =>
        name.Length is 3 or 9 or 15
        && (name.SequenceEqual("$ip"u8) || name.SequenceEqual("$elements"u8) || name.SequenceEqual("$elements_chain"u8));

    void WriteUnlessEmpty(ReadOnlySpan<byte> column, string value)
    {
        if (value.Length > 0)
        {
            _writer.WriteString(column, value);
        }
    }

    void WriteTime(ReadOnlySpan<byte> column, DateTimeOffset time)
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
        _writer.WriteString(column, text);
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
