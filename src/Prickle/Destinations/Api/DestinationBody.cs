using System.Text.Json;
using Prickle.Accounts;

namespace Prickle.Destinations.Api;

/// <summary>Reads what a request says about a destination.</summary>
static class DestinationBody
{
    /// <summary>Lays what the body names over what is there: a field that it does not name stays.</summary>
    public static Outcome<DestinationDraft> Read(DestinationDraft current, JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return Refusal.Invalid("body", "Send an object.");
        }
        var fields = new Dictionary<string, string>(current.Fields, StringComparer.Ordinal);
        if (body.TryGetProperty("fields", out var given))
        {
            if (TextsOf(given) is not { } texts)
            {
                return Refusal.Invalid("fields", "Send an object of texts.");
            }
            foreach (var (name, value) in texts)
            {
                fields[name] = value;
            }
        }
        foreach (var attribute in (string[])["kind", "name"])
        {
            if (body.TryGetProperty(attribute, out var text) && text.ValueKind != JsonValueKind.String)
            {
                return Refusal.Invalid(attribute, "A text is expected here.");
            }
        }
        if (body.TryGetProperty("enabled", out var enabled) && enabled.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            return Refusal.Invalid("enabled", "true or false is expected here.");
        }
        return new DestinationDraft(Text(body, "kind") ?? current.Kind, Text(body, "name") ?? current.Name, fields)
        {
            Enabled = enabled.ValueKind == JsonValueKind.Undefined ? current.Enabled : enabled.GetBoolean(),
        };
    }

    public static string? Text(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static int? Version(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("version", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var version)
            ? version : null;

    /// <summary>An object whose members are texts; null for anything else.</summary>
    public static IReadOnlyDictionary<string, string>? TextsOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(member => member.Value.ValueKind == JsonValueKind.String)
            ? value.EnumerateObject().GroupBy(member => member.Name).ToDictionary(member => member.Key, member => member.Last().Value.GetString()!, StringComparer.Ordinal) : null;
}
