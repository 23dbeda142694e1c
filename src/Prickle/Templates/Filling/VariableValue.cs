using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Prickle.Templates.Filling;

/// <summary>Reads the value of a variable.</summary>
static partial class VariableValue
{
    const int LongestText = 400;

    /// <summary>What stands in the variable's place; null with the reason when the value does not fit its type.</summary>
    public static FilledValue? Read(TemplateVariable variable, JsonElement value, out string why)
    {
        why = "";
        var read = variable.Type switch
        {
            VariableType.Event => OfEntity(value),
            VariableType.Action => value.TryGetInt32(out var action) ? OfAction(action) : OfEntity(value, "action"),
            VariableType.Url => Text(value) is { } url ? OfUrl(url) : OfEntity(value, "url"),
            VariableType.Property => Text(value) is { } property ? new FilledValue(JsonValue.Create(property), property) : null,
            VariableType.Number => OfNumber(variable, value),
            VariableType.Text => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= LongestText } text
                ? new FilledValue(JsonValue.Create(text), text) : null,
            VariableType.Cohort => OfWhole(value, 1, int.MaxValue),
            VariableType.GroupType => OfWhole(value, 0, 4),
            _ => OfColumn(value),
        };
        if (read is null)
        {
            why = Expected(variable);
        }
        else if (variable.Allowed is { } allowed && !allowed.Any(one => JsonElement.DeepEquals(one, value)))
        {
            why = $"{variable.Name} is one of {string.Join(", ", allowed.Select(one => one.ToString()))}.";
            read = null;
        }
        return read;
    }

    static string Expected(TemplateVariable variable) => variable.Type switch
    {
        VariableType.Event => $"{variable.Name} is the name of an event, an action or a page.",
        VariableType.Action => $"{variable.Name} is the number of an action.",
        VariableType.Url => $"{variable.Name} is a part of a page's address, such as /pricing.",
        VariableType.Property => $"{variable.Name} is the name of a property.",
        VariableType.Number => string.Create(CultureInfo.InvariantCulture, $"{variable.Name} is a number{(variable.Minimum is { } least ? $" from {least}" : "")}{(variable.Maximum is { } most ? $" up to {most}" : "")}."),
        VariableType.Text => $"{variable.Name} is a text of at most {LongestText} characters.",
        VariableType.Cohort => $"{variable.Name} is the number of a cohort.",
        VariableType.GroupType => $"{variable.Name} is the index of a type of groups, from 0 to 4.",
        _ => $"{variable.Name} is a table and a column of the warehouse.",
    };

    static FilledValue? OfEntity(JsonElement value, string? only = null)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return only is null && Text(value) is { } name ? OfEvent(name) : null;
        }
        if (value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Count() != 1)
        {
            return null;
        }
        var member = value.EnumerateObject().First();
        return (only is null || member.Name == only) ? member.Name switch
        {
            "event" => Text(member.Value) is { } name ? OfEvent(name) : null,
            "action" => member.Value.TryGetInt32(out var id) && id > 0 ? OfAction(id) : null,
            "url" => Text(member.Value) is { } url ? OfUrl(url) : null,
            _ => null,
        } : null;
    }

    static FilledValue OfEvent(string name) => new(new JsonObject { ["kind"] = "EventsNode", ["event"] = name }, name);

    static FilledValue OfAction(int id) =>
        new(new JsonObject { ["kind"] = "ActionsNode", ["id"] = id }, string.Create(CultureInfo.InvariantCulture, $"action {id}"));

    static FilledValue OfUrl(string url) => new(
        new JsonObject
        {
            ["kind"] = "EventsNode",
            ["event"] = "$pageview",
            ["custom_name"] = url,
            ["properties"] = new JsonArray(new JsonObject { ["key"] = "$current_url", ["operator"] = "icontains", ["value"] = new JsonArray(url), ["type"] = "event" }),
        },
        url);

    static FilledValue? OfNumber(TemplateVariable variable, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            && !(number < variable.Minimum) && !(number > variable.Maximum)
            ? new FilledValue(JsonNode.Parse(value.GetRawText())!, value.GetRawText()) : null;

    static FilledValue? OfWhole(JsonElement value, int least, int most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most
            ? new FilledValue(JsonValue.Create(number), number.ToString(CultureInfo.InvariantCulture)) : null;

    // Stands as one name in a statement, so nothing but names may come in.
    static FilledValue? OfColumn(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object
            && value.TryGetProperty("table", out var table) && Text(table) is { } of && Name.IsMatch(of)
            && value.TryGetProperty("column", out var column) && Text(column) is { } name && Name.IsMatch(name)
            ? new FilledValue(JsonValue.Create($"{of}.{name}"), $"{of}.{name}") : null;

    static string? Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString()!.Trim() is { Length: > 0 and <= LongestText } text ? text : null;

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$")]
    static partial Regex Name { get; }
}
