using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Prickle.Ui.Values;

/// <summary>JSON as people read it.</summary>
static class JsonText
{
    // Shown as text by Razor, which escapes it again: no need to make Cyrillic or quotes unreadable.
    static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        MaxDepth = 512,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Indented(JsonElement value) =>
        value.ValueKind == JsonValueKind.Undefined ? "" : JsonSerializer.Serialize(value, Readable);

    public static string Leaf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => '"' + value.GetString() + '"',
        JsonValueKind.Undefined => "",
        _ => value.GetRawText(),
    };

    /// <summary>A value on one line: text without quotes, anything nested as JSON.</summary>
    public static string Plain(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : Leaf(value);

    public static IEnumerable<(string Name, JsonElement Value)> Children(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().Select((item, index) => (index.ToString(CultureInfo.InvariantCulture), item))
            : value.EnumerateObject().Select(member => (member.Name, member.Value));

    public static bool Mentions(string name, JsonElement value, string text) =>
        name.Contains(text, StringComparison.OrdinalIgnoreCase)
        || (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array
            ? Children(value).Any(child => Mentions(child.Name, child.Value, text))
            : Leaf(value).Contains(text, StringComparison.OrdinalIgnoreCase));
}
