using System.Text;
using System.Text.Json;

namespace Prickle.Capture.Steps;

/// <summary>
/// The clicked element and those around it as one text: <c>tag.class1.class2:name="value"name="value";…</c>, the clicked
/// one first, classes and pairs sorted. SDKs send it so, or as an array that is brought into this form.
/// </summary>
static class ElementsChain
{
    const int LongestText = 400;
    const int LongestHref = 2048;

    public static string Of(JsonElement properties)
    {
        if (properties.ValueKind != JsonValueKind.Object)
        {
            return "";
        }

        if (properties.TryGetProperty("$elements_chain"u8, out var chain) && chain.ValueKind == JsonValueKind.String)
        {
            return Receiving.SharedText.Of(chain)!;
        }

        return properties.TryGetProperty("$elements"u8, out var elements) && elements.ValueKind == JsonValueKind.Array
            ? string.Join(';', elements.EnumerateArray().Where(element => element.ValueKind == JsonValueKind.Object).Select(Element))
            : "";
    }

    static string Element(JsonElement element)
    {
        var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            if (Value(property.Value) is { } value && Pair(property.Name, value) is var (name, text))
            {
                pairs[name] = text;
            }
        }

        var chain = new StringBuilder(Text(element, "tag_name"));
        foreach (var name in Classes(element))
        {
            chain.Append('.').Append(name.Replace("\"", "", StringComparison.Ordinal));
        }

        chain.Append(':');
        foreach (var (name, text) in pairs)
        {
            chain.Append(name).Append("=\"").Append(text.Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        }

        return chain.ToString();
    }

    static (string Name, string Text)? Pair(string name, string value) => name switch
    {
        "tag_name" or "classes" or "$el_classes" => null,
        "$el_text" or "text" => ("text", Cut(value, LongestText)),
        "nth_child" => ("nth-child", value),
        "nth_of_type" => ("nth-of-type", value),
        "attr__href" or "href" => (name, Cut(value, LongestHref)),
        "attr__id" => ("attr_id", value),
        _ => (name, value),
    };

    static IEnumerable<string> Classes(JsonElement element)
    {
        if (element.TryGetProperty("classes"u8, out var classes) && classes.ValueKind == JsonValueKind.Array)
        {
            return classes.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!)
                .Where(name => name.Length > 0).Order(StringComparer.Ordinal);
        }

        return Text(element, "attr__class").Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);
    }

    static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    static string? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..length];
}
