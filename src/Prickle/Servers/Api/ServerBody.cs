using System.Text.Json;
using Prickle.Accounts;

namespace Prickle.Servers.Api;

/// <summary>Reads what a request says about a server.</summary>
static class ServerBody
{
    public static readonly ServerDraft Nothing = new("", [], "default");

    /// <summary>Lays what the body names over what is there: what it does not name stays.</summary>
    public static Outcome<ServerDraft> Read(ServerDraft current, JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return Refusal.Invalid("body", "Send an object.");
        }
        foreach (var attribute in (string[])["name", "monitor_user", "monitor_password", "operator_user", "operator_password"])
        {
            if (body.TryGetProperty(attribute, out var text) && text.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
            {
                return Refusal.Invalid(attribute, "A text is expected here.");
            }
        }
        var nodes = current.Nodes;
        if (body.TryGetProperty("nodes", out var given))
        {
            if (given.ValueKind != JsonValueKind.Array || given.EnumerateArray().Any(node => node.ValueKind != JsonValueKind.String))
            {
                return Refusal.Invalid("nodes", "A list of addresses is expected here.");
            }
            nodes = [.. given.EnumerateArray().Select(node => node.GetString()!)];
        }
        return new ServerDraft(Text("name", current.Name) ?? "", nodes, Text("monitor_user", current.MonitorUser) ?? "")
        {
            MonitorPassword = Text("monitor_password", null),
            OperatorUser = Text("operator_user", current.OperatorUser),
            OperatorPassword = Text("operator_password", null),
        };

        string? Text(string name, string? otherwise) => body.TryGetProperty(name, out var value) ? value.GetString() : otherwise;
    }

    public static int? Version(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("version", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var version)
            ? version : null;
}
