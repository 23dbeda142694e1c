using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Prickle.Activity;

/// <summary>An item before and after as JSON: only what changed, and never a secret.</summary>
static class ActivityDetail
{
    const string Masked = "********";

    static readonly string[] SecretWords = ["password", "secret", "token", "credential", "authorization", "private_key", "api_key"];

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static (string? Before, string? After) Of(object? before, object? after)
    {
        var first = before is null ? null : JsonSerializer.SerializeToNode(before, Json);
        var second = after is null ? null : JsonSerializer.SerializeToNode(after, Json);
        if (first is JsonObject old && second is JsonObject now)
        {
            // Compared before masking, so that a changed secret shows as changed.
            foreach (var name in old.Select(property => property.Key).Where(now.ContainsKey).ToList())
            {
                if (JsonNode.DeepEquals(old[name], now[name]))
                {
                    old.Remove(name);
                    now.Remove(name);
                }
            }
        }
        Mask(first);
        Mask(second);
        return (first?.ToJsonString(), second?.ToJsonString());
    }

    static void Mask(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject properties:
                foreach (var (name, value) in properties.ToList())
                {
                    if (IsSecret(name) && value is not null)
                    {
                        properties[name] = Masked;
                    }
                    else
                    {
                        Mask(value);
                    }
                }
                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Mask(item);
                }
                break;
        }
    }

    static bool IsSecret(string name) => SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
}
