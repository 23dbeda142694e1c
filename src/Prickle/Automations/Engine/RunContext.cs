using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Prickle.Capture;

namespace Prickle.Automations.Engine;

/// <summary>What a run knows: the event that began it, its groups, and what its steps gave. Kept with the run as JSON.</summary>
sealed class RunContext
{
    static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly JsonObject _json;

    RunContext(JsonObject json) => _json = json;

    public static RunContext Read(string json) => new(JsonNode.Parse(json)!.AsObject());

    /// <summary>Of a run that an event began.</summary>
    public static string Of(CapturedEvent captured) => Of(
        captured.Uuid, captured.Name, captured.DistinctId, captured.Timestamp, captured.Properties, captured.ElementsChain, GroupsOf(captured.Groups));

    public static string Of(
        Guid uuid, string name, string distinctId, DateTimeOffset timestamp, JsonElement properties, string elementsChain, IReadOnlyDictionary<int, string> groups)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("event"u8);
            writer.WriteString("uuid"u8, uuid);
            writer.WriteString("name"u8, name);
            writer.WriteString("distinct_id"u8, distinctId);
            writer.WriteString("timestamp"u8, timestamp);
            writer.WritePropertyName("properties"u8);
            if (properties.ValueKind == JsonValueKind.Object)
            {
                properties.WriteTo(writer);
            }
            else
            {
                writer.WriteStartObject();
                writer.WriteEndObject();
            }
            if (elementsChain.Length > 0)
            {
                writer.WriteString("elements_chain"u8, elementsChain);
            }
            writer.WriteEndObject();
            if (groups.Count > 0)
            {
                writer.WriteStartObject("groups"u8);
                foreach (var (type, key) in groups)
                {
                    writer.WriteString(type.ToString(System.Globalization.CultureInfo.InvariantCulture), key);
                }
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Of a run that no event began.</summary>
    /// <param name="trigger">What is known of why it began.</param>
    public static string Of(JsonObject trigger) => new JsonObject { ["trigger"] = trigger }.ToJsonString(Json);

    public static Dictionary<int, string> GroupsOf(string?[]? keys)
    {
        var groups = new Dictionary<int, string>();
        for (var index = 0; index < keys?.Length; index++)
        {
            if (keys[index] is { Length: > 0 } key)
            {
                groups[index] = key;
            }
        }
        return groups;
    }

    /// <summary>The event that began the run; null when there was none.</summary>
    public (Guid Uuid, DateTimeOffset At)? Begin => _json["event"] is { } begun ? ((Guid)begun["uuid"]!, (DateTimeOffset)begun["timestamp"]!) : null;

    /// <summary>The properties of the event; undefined when there was none.</summary>
    public JsonElement EventProperties => _json["event"]?["properties"] is { } properties ? JsonElement.Parse(properties.ToJsonString()) : default;

    public string ElementsChain => (string?)_json["event"]?["elements_chain"] ?? "";

    public IReadOnlyDictionary<int, string> Groups => _json["groups"] is JsonObject groups
        ? groups.ToDictionary(group => int.Parse(group.Key, System.Globalization.CultureInfo.InvariantCulture), group => (string)group.Value!)
        : [];

    /// <summary>How often a step was begun: a circle comes by again.</summary>
    public int Visit(string step) => (int?)_json["visits"]?[step] ?? 0;

    /// <summary>Notes that a step is over, with what it gave.</summary>
    public void Leave(string step, JsonObject? output)
    {
        Member("visits")[step] = Visit(step) + 1;
        if (output is not null)
        {
            Member("steps")[step] = output.DeepClone();
        }
    }

    JsonObject Member(string name)
    {
        if (_json[name] is not JsonObject member)
        {
            _json[name] = member = [];
        }
        return member;
    }

    /// <summary>The parts that templates may name.</summary>
    public JsonObject Variables()
    {
        var variables = new JsonObject();
        foreach (var name in (string[])["event", "trigger", "steps"])
        {
            variables[name] = _json[name]?.DeepClone() ?? new JsonObject();
        }
        return variables;
    }

    public JsonObject ToJson() => _json.DeepClone().AsObject();

    public string Write() => _json.ToJsonString(Json);
}
