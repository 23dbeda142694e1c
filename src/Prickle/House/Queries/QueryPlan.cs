using System.Text.Json;
using Prickle.Servers;

namespace Prickle.House.Queries;

/// <summary>How a node would carry out a statement.</summary>
abstract record QueryPlan
{
    QueryPlan() { }

    /// <summary>The steps, the last first.</summary>
    public sealed record Tree(NodeName Node, PlanStep Root) : QueryPlan;

    /// <summary>There is none.</summary>
    public sealed record None(string Reason) : QueryPlan;
}

/// <summary>A step of a plan.</summary>
/// <param name="Name">ClickHouse's name: ReadFromMergeTree.</param>
/// <param name="Description">What of: the table.</param>
public sealed record PlanStep(string Name, string Description, IReadOnlyList<PlanIndex> Indexes, IReadOnlyList<PlanStep> Steps)
{
    // Plans of views of views are deep, never endless.
    const int Deepest = 100;

    /// <summary>Reads what <c>EXPLAIN json = 1, indexes = 1</c> gives; null where it is another thing.</summary>
    public static PlanStep? Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 512 });
            var root = document.RootElement.ValueKind == JsonValueKind.Array && document.RootElement.GetArrayLength() > 0 ? document.RootElement[0] : default;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("Plan", out var plan) ? Of(plan, 0) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static PlanStep Of(JsonElement plan, int depth) => new(
        Text(plan, "Node Type"), Text(plan, "Description"),
        plan.TryGetProperty(nameof(Indexes), out var indexes) && indexes.ValueKind == JsonValueKind.Array ? [.. indexes.EnumerateArray().Select(PlanIndex.Of)] : [],
        depth < Deepest && plan.TryGetProperty("Plans", out var plans) && plans.ValueKind == JsonValueKind.Array ? [.. plans.EnumerateArray().Select(one => Of(one, depth + 1))] : []);

    internal static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.ToString() : "";
}

/// <summary>What an index left of the parts and granules that there were.</summary>
/// <param name="Type">PrimaryKey, MinMax, Partition, Skip.</param>
/// <param name="Name">Of a skipping index.</param>
/// <param name="Condition">What of the statement it could use.</param>
public sealed record PlanIndex(string Type, string Name, IReadOnlyList<string> Keys, string Condition, long? Parts, long? AllParts, long? Granules, long? AllGranules)
{
    internal static PlanIndex Of(JsonElement index) => new(
        PlanStep.Text(index, "Type"), PlanStep.Text(index, "Name"),
        index.TryGetProperty(nameof(Keys), out var keys) && keys.ValueKind == JsonValueKind.Array ? [.. keys.EnumerateArray().Select(key => key.ToString())] : [],
        PlanStep.Text(index, "Condition"), Number(index, "Selected Parts"), Number(index, "Initial Parts"), Number(index, "Selected Granules"), Number(index, "Initial Granules"));

    static long? Number(JsonElement index, string name) => index.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
}
