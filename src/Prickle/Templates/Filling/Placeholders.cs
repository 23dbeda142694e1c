using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Prickle.Templates.Filling;

/// <summary>
/// Puts values in the place of <c>{ID}</c>. A string that is nothing else becomes the value itself: an entity, a number, a
/// text. Within a longer string it becomes words. An object with a member <c>entity</c> becomes that entity, with the object's
/// other members laid over it, so that a tile can say what it computes of an event that it does not know.
/// </summary>
static partial class Placeholders
{
    const string Entity = "entity";

    /// <summary>Every variable named below a node, with the path of where.</summary>
    public static IEnumerable<(string Id, string Path)> Of(JsonElement json, string path)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                foreach (Match match in Pattern.Matches(json.GetString()!))
                {
                    yield return (match.Groups[1].Value, path);
                }
                break;
            case JsonValueKind.Array:
                foreach (var found in json.EnumerateArray().SelectMany((item, index) => Of(item, $"{path}[{index}]")))
                {
                    yield return found;
                }
                break;
            case JsonValueKind.Object:
                foreach (var found in json.EnumerateObject().SelectMany(member => Of(member.Value, $"{path}.{member.Name}")))
                {
                    yield return found;
                }
                break;
        }
    }

    public static IEnumerable<string> Of(string text) => Pattern.Matches(text).Select(match => match.Groups[1].Value);

    /// <summary>The same with values in place; null when a variable has none.</summary>
    public static JsonNode? Fill(JsonElement json, IReadOnlyDictionary<string, FilledValue> values)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                var text = json.GetString()!;
                return Whole.Match(text) is { Success: true } whole && values.TryGetValue(whole.Groups[1].Value, out var value)
                    ? value.Node.DeepClone()
                    : JsonValue.Create(Fill(text, values));
            case JsonValueKind.Array:
                return new JsonArray([.. json.EnumerateArray().Select(item => Fill(item, values))]);
            case JsonValueKind.Object:
                var filled = new JsonObject();
                if (json.TryGetProperty(Entity, out var named) && Fill(named, values) is JsonObject entity)
                {
                    filled = entity;
                }
                foreach (var member in json.EnumerateObject().Where(member => member.Name != Entity))
                {
                    filled[member.Name] = Fill(member.Value, values);
                }
                return filled;
            default:
                return JsonNode.Parse(json.GetRawText());
        }
    }

    public static string Fill(string text, IReadOnlyDictionary<string, FilledValue> values) => Pattern.Replace(
        text, match => values.TryGetValue(match.Groups[1].Value, out var value) ? value.Words : match.Value);

    [GeneratedRegex(@"\{([A-Z][A-Z0-9_]*)\}")]
    static partial Regex Pattern { get; }

    [GeneratedRegex(@"^\{([A-Z][A-Z0-9_]*)\}$")]
    static partial Regex Whole { get; }
}

/// <summary>What stands in a variable's place.</summary>
/// <param name="Node">Where the placeholder is all there is.</param>
/// <param name="Words">Within a text.</param>
sealed record FilledValue(JsonNode Node, string Words);
