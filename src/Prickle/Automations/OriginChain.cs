using System.Text.Json;

namespace Prickle.Automations;

/// <summary>Which automations led to an event, as the event says it: for seeing circles.</summary>
public static class OriginChain
{
    /// <summary>The property of events that holds the chain, a list of texts.</summary>
    public const string Property = "$origin";

    /// <summary>A run that this many automations led to begins no more.</summary>
    public const int Deepest = 5;

    /// <summary>The chain in an event's properties; empty where people did it.</summary>
    public static IReadOnlyList<string> Of(JsonElement properties) =>
        properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(Property, out var chain) && chain.ValueKind == JsonValueKind.Array
            ? [.. chain.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Take(Deepest + 1).Select(one => one.GetString()!)]
            : [];

    /// <summary>The name of an automation in a chain.</summary>
    public static string NameOf(int automationId) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"automation:{automationId}");
}
