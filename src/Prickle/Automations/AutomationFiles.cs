using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Prickle.Accounts;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization;

namespace Prickle.Automations;

/// <summary>Automations as text that lives in a repository: YAML, of which JSON is a part. The same members as the API has.</summary>
public static class AutomationFiles
{
    /// <summary>The largest text that is read, in characters.</summary>
    public const int Longest = 1_000_000;

    // Aliases make small texts into huge ones.
    const int MostNodes = 50_000;

    public static string Export(AutomationSettings settings)
    {
        var json = JsonNode.Parse(AutomationJson.Write(settings.Definition))!.AsObject();
        var file = new Dictionary<string, object?> { ["name"] = settings.Name, ["description"] = settings.Description };
        foreach (var (name, value) in json)
        {
            file[name] = ToObject(value);
        }
        return new SerializerBuilder().WithQuotingNecessaryStrings().Build().Serialize(file);
    }

    /// <summary>The same as JSON.</summary>
    public static string ExportJson(AutomationSettings settings)
    {
        var file = new JsonObject { ["name"] = settings.Name, ["description"] = settings.Description };
        foreach (var (name, value) in JsonNode.Parse(AutomationJson.Write(settings.Definition))!.AsObject())
        {
            file[name] = value?.DeepClone();
        }
        return file.ToJsonString(new JsonSerializerOptions(AutomationJson.Options) { WriteIndented = true });
    }

    /// <summary>Reads such a text. What cannot be read is refused with the place in it; whether it can be published is another question.</summary>
    public static Outcome<AutomationSettings> Import(string text)
    {
        if (text.Length > Longest)
        {
            return Refusal.Invalid("file", $"A file has {Longest:N0} characters at most.");
        }
        JsonObject file;
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            var nodes = 0;
            if (stream.Documents is not [var document] || ToJson(document.RootNode, ref nodes) is not JsonObject read)
            {
                return Refusal.Invalid("file", "A file holds one automation: a name, a trigger and steps.");
            }
            file = read;
        }
        catch (YamlException failure)
        {
            return Refusal.Invalid("file", string.Create(CultureInfo.InvariantCulture, $"Line {failure.Start.Line}, column {failure.Start.Column}: {failure.Message}"));
        }
        return Read(file);
    }

    static Outcome<AutomationSettings> Read(JsonObject file)
    {
        var name = TextOf(file, "name");
        var description = TextOf(file, "description");
        foreach (var step in file["steps"] is JsonArray steps ? steps.OfType<JsonObject>() : [])
        {
            // A number that stands without quotes is meant as text here.
            foreach (var (field, value) in step["fields"] is JsonObject fields ? fields.ToList() : [])
            {
                step["fields"]![field] = value is JsonValue scalar && scalar.GetValueKind() != JsonValueKind.String ? scalar.ToJsonString() : value?.DeepClone();
            }
        }
        try
        {
            var definition = file.Deserialize<AutomationDefinition>(AutomationJson.Options)!;
            return DefinitionShape.ProblemOf(definition) is { } problem ? Refusal.Invalid("file", problem)
                : new AutomationSettings { Name = name ?? "", Description = description ?? "", Definition = definition };
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException)
        {
            return Refusal.Invalid(failure is JsonException { Path: { Length: > 1 } path } ? path.TrimStart('$', '.') : "file", DefinitionShape.WordsOf(failure));
        }
    }

    static string? TextOf(JsonObject file, string name) => file.Remove(name, out var node) && node is JsonValue value ? value.ToString() : null;

    static object? ToObject(JsonNode? node) => node switch
    {
        JsonObject members => members.ToDictionary(member => member.Key, member => ToObject(member.Value)),
        JsonArray items => items.Select(ToObject).ToList(),
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => value.TryGetValue<long>(out var whole) ? whole : value.GetValue<double>(),
            _ => value.GetValue<string>(),
        },
        _ => null,
    };

    static JsonNode? ToJson(YamlNode node, ref int nodes)
    {
        if (++nodes > MostNodes)
        {
            throw new YamlException(node.Start, node.End, $"More than {MostNodes} values.");
        }
        switch (node)
        {
            case YamlMappingNode mapping:
                var members = new JsonObject();
                foreach (var (key, value) in mapping.Children)
                {
                    members[((YamlScalarNode)key).Value ?? ""] = ToJson(value, ref nodes);
                }
                return members;
            case YamlSequenceNode sequence:
                var items = new JsonArray();
                foreach (var item in sequence.Children)
                {
                    items.Add(ToJson(item, ref nodes));
                }
                return items;
            default:
                return Scalar((YamlScalarNode)node);
        }
    }

    static JsonValue? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style != ScalarStyle.Plain)
        {
            return JsonValue.Create(text);
        }
        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
            _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => JsonValue.Create(number),
            _ => JsonValue.Create(text),
        };
    }
}
