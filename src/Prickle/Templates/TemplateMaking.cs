using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Prickle.Accounts;
using Prickle.Dashboards;

namespace Prickle.Templates;

/// <summary>Makes a template of a dashboard: its own events, actions and cohorts become variables with what they are as default.</summary>
public static partial class TemplateMaking
{
    /// <summary>The template; a dashboard made from it with its defaults is equal to this one.</summary>
    /// <param name="keepsDefaults">Whether actions and cohorts stay as defaults: true within the project, where their numbers mean something.</param>
    public static Outcome<DashboardTemplate> Of(Dashboard dashboard, string name, string description, bool keepsDefaults)
    {
        var tiles = dashboard.Tiles.Where(tile => tile.Kind != TileKind.Insight || tile.Insight is not null).ToList();
        if (tiles.Count == 0)
        {
            return Refusal.Invalid("dashboard", "The dashboard has no tiles.");
        }
        var variables = new Dictionary<string, TemplateVariable>();
        var made = tiles.Select((tile, index) => new TemplateTile
        {
            Id = tile.TemplateTile ?? string.Create(CultureInfo.InvariantCulture, $"tile-{index + 1}"),
            Kind = tile.Kind,
            Name = tile.Insight?.Name ?? tile.Title,
            Description = tile.Insight?.Description ?? "",
            Color = tile.Color,
            Layouts = tile.Layouts,
            Body = tile.Body,
            Url = tile.Url,
            Query = tile.Insight is { } insight
                ? JsonSerializer.SerializeToElement(Opened(JsonNode.Parse(insight.Query.GetRawText()), variables, keepsDefaults)) : null,
        }).ToList();
        return new DashboardTemplate
        {
            Key = KeyOf(name),
            Name = name,
            Description = description,
            Tags = dashboard.Tags,
            Filters = dashboard.Filters,
            Variables = [.. variables.Values],
            // A copied tile has the template's id of the one it was copied from.
            Tiles = [.. made.Select((tile, index) => made.Take(index).Any(other => other.Id == tile.Id)
                ? tile with { Id = string.Create(CultureInfo.InvariantCulture, $"{tile.Id}-{index + 1}") } : tile)],
        };
    }

    /// <summary>A key out of a name: "AARRR metrics" gives "aarrr-metrics".</summary>
    public static string KeyOf(string name)
    {
        var key = Separators.Replace(name.ToLowerInvariant(), "-").Trim('-');
        return key.Length == 0 ? "template" : key.Length > 60 ? key[..60].TrimEnd('-') : key;
    }

    static JsonNode? Opened(JsonNode? node, Dictionary<string, TemplateVariable> variables, bool keepsDefaults)
    {
        switch (node)
        {
            case JsonArray list:
                return new JsonArray([.. list.Select(item => Opened(item?.DeepClone(), variables, keepsDefaults))]);
            case JsonObject entity when Text(entity["kind"]) == "EventsNode" && Text(entity["event"]) is { Length: > 0 } name && !name.StartsWith('$'):
                return Entity(entity, Variable(variables, VariableType.Event, name, JsonSerializer.SerializeToElement(name), name), ["kind", "event"], variables, keepsDefaults);
            case JsonObject entity when Text(entity["kind"]) == "ActionsNode" && entity["id"] is JsonValue id && id.TryGetValue<int>(out var number):
                return Entity(
                    entity, Variable(variables, VariableType.Action, $"Action {number}", keepsDefaults ? JsonSerializer.SerializeToElement(number) : null, $"action {number}"),
                    ["kind", "id"], variables, keepsDefaults);
            case JsonObject filter when Text(filter["type"]) == "cohort":
                var opened = new JsonObject();
                foreach (var (key, value) in filter)
                {
                    opened[key] = key is "value" or "property" ? Cohorts(value, variables, keepsDefaults) : value?.DeepClone();
                }
                return opened;
            case JsonObject other:
                var copy = new JsonObject();
                foreach (var (key, value) in other)
                {
                    copy[key] = Opened(value, variables, keepsDefaults);
                }
                return copy;
            default:
                return node?.DeepClone();
        }
    }

    static JsonObject Entity(JsonObject entity, string id, IReadOnlyList<string> replaced, Dictionary<string, TemplateVariable> variables, bool keepsDefaults)
    {
        var opened = new JsonObject { ["entity"] = $"{{{id}}}" };
        foreach (var (key, value) in entity.Where(member => !replaced.Contains(member.Key)))
        {
            opened[key] = Opened(value, variables, keepsDefaults);
        }
        return opened;
    }

    static JsonNode? Cohorts(JsonNode? value, Dictionary<string, TemplateVariable> variables, bool keepsDefaults) => value switch
    {
        JsonArray list => new JsonArray([.. list.Select(item => Cohorts(item, variables, keepsDefaults))]),
        JsonValue one when int.TryParse(one.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
            JsonValue.Create($"{{{Variable(variables, VariableType.Cohort, $"Cohort {number}", keepsDefaults ? JsonSerializer.SerializeToElement(number) : null, $"cohort {number}")}}}"),
        _ => value?.DeepClone(),
    };

    // One variable for each thing, however often it is named.
    static string Variable(Dictionary<string, TemplateVariable> variables, VariableType type, string name, JsonElement? standard, string of)
    {
        var key = $"{type} {of}";
        if (!variables.TryGetValue(key, out var variable))
        {
            var id = Separators.Replace(of.ToLowerInvariant(), "_").Trim('_').ToUpperInvariant();
            id = id.Length == 0 || !char.IsAsciiLetter(id[0]) ? $"X_{id}" : id;
            id = id.Length > 50 ? id[..50] : id;
            while (variables.Values.Any(other => other.Id == id))
            {
                id += "_2";
            }
            variables[key] = variable = new TemplateVariable { Id = id, Name = name, Type = type, Default = standard, Required = standard is null, Hints = [name] };
        }
        return variable.Id;
    }

    static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    [GeneratedRegex("[^a-z0-9]+")]
    static partial Regex Separators { get; }
}
