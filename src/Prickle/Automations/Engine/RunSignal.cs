using System.Text.Json;
using System.Text.Json.Nodes;
using Prickle.Capture;

namespace Prickle.Automations.Engine;

/// <summary>What was heard for a run that waits, or will.</summary>
/// <param name="Step">The step that waited for it; null for the goal.</param>
/// <param name="Event">Uuid, name, time and properties.</param>
sealed record RunSignal(string? Step, bool IsGoal, JsonObject Event)
{
    public static RunSignal Of(string? step, CapturedEvent captured) => new(step, step is null, new JsonObject
    {
        ["uuid"] = captured.Uuid.ToString(),
        ["name"] = captured.Name,
        ["distinct_id"] = captured.DistinctId,
        ["timestamp"] = captured.Timestamp,
        ["properties"] = captured.Properties.ValueKind == JsonValueKind.Object ? JsonObject.Create(captured.Properties.Clone()) : [],
    });

    public string Write() => new JsonObject { ["step"] = Step, ["goal"] = IsGoal, ["event"] = Event.DeepClone() }.ToJsonString();

    public static RunSignal Read(string text)
    {
        var json = JsonNode.Parse(text)!;
        return new RunSignal((string?)json["step"], (bool?)json["goal"] ?? false, json["event"]!.DeepClone().AsObject());
    }
}
