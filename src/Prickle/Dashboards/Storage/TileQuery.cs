using System.Text.Json.Nodes;

namespace Prickle.Dashboards.Storage;

/// <summary>Questions as JSON: equal whatever the order of their members.</summary>
static class TileQuery
{
    public static bool AreEqual(string one, string other) => JsonNode.DeepEquals(JsonNode.Parse(one), JsonNode.Parse(other));
}
