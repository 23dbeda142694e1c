using System.Text.Json;

namespace Prickle.Events;

/// <summary>An event as it is kept, with the person it belongs to now.</summary>
/// <param name="PersonId">After merges; the same for all events of one person.</param>
/// <param name="HasProfile">Whether the event made or updated a person.</param>
/// <param name="ElementsChain">What was clicked, in the chain form; empty for most.</param>
public sealed record StoredEvent(
    Guid Uuid,
    string Event,
    DateTimeOffset Timestamp,
    string DistinctId,
    Guid PersonId,
    bool HasProfile,
    string SessionId,
    string ElementsChain,
    JsonElement Properties)
{
    /// <summary>The text of a property; null when it is missing or not text.</summary>
    public string? Text(string property) =>
        Properties.ValueKind == JsonValueKind.Object
        && Properties.TryGetProperty(property, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>The page or screen it happened on, if the SDK said so.</summary>
    public string? Page => Text("$pathname") ?? Text("$screen_name") ?? Text("$current_url");
}
