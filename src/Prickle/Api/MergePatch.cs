using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Prickle.Api;

/// <summary>
/// PATCH as merge (RFC 7396) on the settings record of a resource: what the body does not name stays, null is a value.
/// </summary>
public static class MergePatch
{
    /// <summary>Members that the record does not have are ignored, as the field's API does.</summary>
    public static bool TryApply<T>(
        T current, JsonObject patch, JsonSerializerOptions json, [NotNullWhen(true)] out T? patched, [NotNullWhen(false)] out string? attribute)
        where T : class
    {
        var merged = JsonSerializer.SerializeToNode(current, json)!.AsObject();
        foreach (var (name, value) in patch.Where(member => merged.ContainsKey(member.Key)).ToList())
        {
            merged[name] = value?.DeepClone();
        }
        try
        {
            patched = merged.Deserialize<T>(json)!;
            attribute = null;
            return true;
        }
        catch (JsonException exception)
        {
            patched = null;
            attribute = exception.Path?.TrimStart('$', '.') is { Length: > 0 } path ? path : "body";
            return false;
        }
    }
}
