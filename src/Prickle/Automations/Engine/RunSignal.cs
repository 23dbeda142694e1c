using System.Text.Json;
using System.Text.Json.Nodes;
using Prickle.Capture;

namespace Prickle.Automations.Engine;

/// <summary>What was heard for a waiting run.</summary>
/// <param name="Step">The step that waited for it; null for the goal.</param>
/// <param name="Event">Uuid, name, time and properties.</param>
sealed record RunSignal(string? Step, bool IsGoal, JsonObject Event)
{
    public static string Write(string? step, CapturedEvent captured) => new JsonObject
    {
        ["step"] = step,
        ["goal"] = step is null,
        ["event"] = new JsonObject
        {
            ["uuid"] = captured.Uuid.ToString(),
            ["name"] = captured.Name,
            ["distinct_id"] = captured.DistinctId,
            ["timestamp"] = captured.Timestamp,
            ["properties"] = captured.Properties.ValueKind == JsonValueKind.Object ? JsonObject.Create(captured.Properties.Clone()) : [],
        },
    }.ToJsonString();

    public static RunSignal Read(string text)
    {
        var json = JsonNode.Parse(text)!;
        return new RunSignal((string?)json["step"], (bool?)json["goal"] ?? false, json["event"]!.DeepClone().AsObject());
    }
}
