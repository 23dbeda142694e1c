using System.Runtime.InteropServices;
using System.Text.Json;

namespace Prickle.ClickHouse;

/// <summary>
/// Writes JSON values in a form that a column of type JSON takes: text as it came, numbers beyond a double and nesting
/// deeper than <see cref="DeepestNesting"/> as strings, true and false among numbers as numbers. Works on the raw text:
/// ordinary values are copied, not rebuilt.
/// </summary>
public static class JsonColumn
{
    /// <summary>
    /// The settings of every insert into such a column, so that it gives back what was sent: dots in keys, dates as text,
    /// doubled keys forgiven.
    /// </summary>
    public const string InsertSettings =
        "json_type_escape_dots_in_keys=1&input_format_try_infer_datetimes=0&input_format_try_infer_dates=0"
        + "&type_json_skip_duplicated_paths=1";

    /// <summary>Levels of objects and arrays below a property that stay structure.</summary>
    public const int DeepestNesting = 32;

    // Any number this short fits a double, unless it has an exponent.
    const int SafeNumberLength = 18;

    /// <summary>Writes the value. True when something in it had to become text.</summary>
    /// <param name="writer">Where to; it must not validate, since raw text is copied.</param>
    /// <param name="value">Any JSON value.</param>
    /// <param name="depth">How many objects and arrays are around it already.</param>
    public static bool Write(Utf8JsonWriter writer, JsonElement value, int depth = 0)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                return WriteNumber(writer, value);
            case JsonValueKind.Object or JsonValueKind.Array when depth >= DeepestNesting:
                writer.WriteStringValue(JsonMarshal.GetRawUtf8Value(value));
                return true;
            case JsonValueKind.Object:
                return WriteObject(writer, value, depth);
            case JsonValueKind.Array:
                return WriteArray(writer, value, depth);
            default:
                writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
                return false;
        }
    }

    /// <summary>Whether <see cref="Write"/> does nothing but copy the text: true of all ordinary values but objects and arrays.</summary>
    public static bool IsCopied(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => IsSafe(JsonMarshal.GetRawUtf8Value(value)),
        JsonValueKind.Object or JsonValueKind.Array => false,
        _ => true,
    };

    static bool IsSafe(ReadOnlySpan<byte> number) =>
        number.Length <= SafeNumberLength && number.IndexOfAny((byte)'e', (byte)'E') < 0;

    static bool WriteObject(Utf8JsonWriter writer, JsonElement value, int depth)
    {
        var changed = false;
        writer.WriteStartObject();
        foreach (var property in value.EnumerateObject())
        {
            WriteName(writer, property);
            changed |= Write(writer, property.Value, depth + 1);
        }

        writer.WriteEndObject();
        return changed;
    }

    static bool WriteArray(Utf8JsonWriter writer, JsonElement value, int depth)
    {
        var changed = false;
        var isOfNumbers = IsOfNumbersAndBooleans(value);
        writer.WriteStartArray();
        foreach (var item in value.EnumerateArray())
        {
            if (isOfNumbers && item.ValueKind is (JsonValueKind.True or JsonValueKind.False))
            {
                writer.WriteNumberValue(item.ValueKind == JsonValueKind.True ? 1 : 0);
            }
            else
            {
                changed |= Write(writer, item, depth + 1);
            }
        }

        writer.WriteEndArray();
        return changed;
    }

    /// <summary>
    /// Whether nothing else is in a list. The store makes numbers of true and false there, or does not, by what other rows of the same
    /// insert hold at that place: written as numbers they are the same everywhere.
    /// </summary>
    static bool IsOfNumbersAndBooleans(JsonElement list)
    {
        var (hasNumber, hasBoolean) = (false, false);
        foreach (var item in list.EnumerateArray())
        {
            switch (item.ValueKind)
            {
                case JsonValueKind.Number:
                    hasNumber = true;
                    break;
                case JsonValueKind.True or JsonValueKind.False:
                    hasBoolean = true;
                    break;
                default:
                    return false;
            }
        }
        return hasNumber && hasBoolean;
    }

    static bool WriteNumber(Utf8JsonWriter writer, JsonElement value)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        if (IsSafe(raw) || (value.TryGetDouble(out var number) && double.IsFinite(number)))
        {
            writer.WriteRawValue(raw, skipInputValidation: true);
            return false;
        }

        writer.WriteStringValue(raw);
        return true;
    }

    /// <summary>Writes the name as it came when nothing in it is escaped, which is nearly always.</summary>
    public static void WriteName(Utf8JsonWriter writer, JsonProperty property)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(property);
        if (raw.Contains((byte)'\\'))
        {
            writer.WritePropertyName(property.Name);
        }
        else
        {
            writer.WritePropertyName(raw);
        }
    }
}
