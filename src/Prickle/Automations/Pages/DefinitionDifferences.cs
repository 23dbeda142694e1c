using System.Text.Json;
using System.Text.Json.Nodes;

namespace Prickle.Automations.Pages;

/// <summary>How a part of a definition differs between two versions.</summary>
/// <param name="What">In words: "Added: Wait for 2 hours".</param>
/// <param name="Lines">From what to what, by member; empty where the whole is new or gone.</param>
public sealed record DefinitionDifference(string What, IReadOnlyList<(string Name, string Before, string After)> Lines);

/// <summary>Two versions beside each other, as people read them.</summary>
static class DefinitionDifferences
{
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="before">Null for the first version.</param>
    public static IReadOnlyList<DefinitionDifference> Of(AutomationDefinition? before, AutomationDefinition after, AutomationNames names)
    {
        if (before is null)
        {
            return [new DefinitionDifference($"{FlowWords.Of(after.Trigger, names)}: {(after.Steps.Count == 1 ? "1 step" : $"{after.Steps.Count} steps")}", [])];
        }
        var found = new List<DefinitionDifference>();
        Add(found, "What begins it", before.Trigger, after.Trigger);
        Add(found, "Who comes in", before.Entry, after.Entry);
        Add(found, "What ends a run early", before.Exit, after.Exit);
        Add(found, "Goal", before.Goal, after.Goal);
        foreach (var step in after.Steps)
        {
            if (before.Find(step.Id) is { } old)
            {
                Add(found, $"Changed: {FlowWords.TitleOf(step, names)}", old, step);
            }
            else
            {
                found.Add(new DefinitionDifference($"Added: {FlowWords.TitleOf(step, names)}", []));
            }
        }
        found.AddRange(before.Steps.Where(step => after.Find(step.Id) is null).Select(step => new DefinitionDifference($"Removed: {FlowWords.TitleOf(step, names)}", [])));
        if (before.Steps is [var first, ..] && after.Steps is [var now, ..] && first.Id != now.Id)
        {
            found.Add(new DefinitionDifference($"Begins with: {FlowWords.TitleOf(now, names)}", []));
        }
        return found;
    }

    static void Add<T>(List<DefinitionDifference> found, string what, T before, T after)
    {
        var (old, fresh) = (Members(before), Members(after));
        var lines = old.Keys.Union(fresh.Keys).Select(name => (Name: name, Before: old.GetValueOrDefault(name, "nothing"), After: fresh.GetValueOrDefault(name, "nothing")))
            .Where(line => line.Before != line.After).Select(line => (line.Name.Replace('_', ' '), line.Before, line.After)).ToList();
        if (lines.Count > 0)
        {
            found.Add(new DefinitionDifference(what, lines));
        }
    }

    // One level: the fields of a destination stand by themselves, as people see them in the form.
    static Dictionary<string, string> Members<T>(T value)
    {
        var members = new Dictionary<string, string>();
        if (JsonSerializer.SerializeToNode(value, AutomationJson.Options) is JsonObject json)
        {
            foreach (var (name, node) in json)
            {
                if (name == "fields" && node is JsonObject fields)
                {
                    foreach (var (field, text) in fields)
                    {
                        members[field] = Text(text);
                    }
                }
                else
                {
                    members[name] = Text(node);
                }
            }
        }
        return members;
    }

    static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString(Readable) ?? "nothing";
}
