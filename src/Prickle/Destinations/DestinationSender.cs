using System.Text.Json.Nodes;

namespace Prickle.Destinations;

/// <summary>A message to send: templates, and what they are filled with.</summary>
/// <param name="Kind">The key of the kind.</param>
/// <param name="DestinationId">The connection; null for kinds that have none.</param>
/// <param name="Key">Names the message over all tries.</param>
/// <param name="Fields">The message's fields by name, as templates.</param>
/// <param name="Variables">What templates may name: <c>event</c>, <c>person</c>, <c>groups</c>, <c>steps</c>, <c>project</c>.</param>
public sealed record DeliveryRequest(
    int ProjectId, string Kind, Guid? DestinationId, string Key, IReadOnlyDictionary<string, string> Fields, JsonObject Variables)
{
    public DeliveryPerson? Person { get; init; }
    public bool MayHaveArrived { get; init; }
    public IReadOnlyList<string> Origin { get; init; } = [];
    public string From { get; init; } = "";
}
