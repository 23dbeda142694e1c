using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Definitions;
using Prickle.Templates.Suggesting;

namespace Prickle.Templates;

/// <summary>
/// What of a project fits the variables of a template: by likeness of names, by how often it happens, and by the properties
/// that come with it.
/// </summary>
public sealed class TemplateSuggestions(EventDefinitions events, PropertyDefinitions properties, IActionDirectory actions)
{
    const int Most = 5;
    const int MostNames = 2000;
    const double NameShare = 0.7;
    const double VolumeShare = 0.15;
    const double ShapeShare = 0.15;
    const double LeastConfidence = 0.3;

    /// <summary>For each variable the best first; none where nothing fits.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<Suggestion>>> OfAsync(
        Project project, DashboardTemplate template, CancellationToken cancellationToken)
    {
        var (_, offered) = await events.ListAsync(new DefinitionFilter(project.Id) { IsHidden = false }, MostNames, 0, cancellationToken);
        var usage = await UsageAsync(project, cancellationToken);
        var names = template.Variables.Any(variable => variable.Type == VariableType.Property)
            ? await properties.OfferedAsync(project.Id, PropertyScope.Event, null, cancellationToken) : [];
        var known = await actions.OfProjectAsync(project.Id, cancellationToken);
        var most = Math.Max(1, usage.Values.Select(one => one.Count).DefaultIfEmpty().Max());
        var suggestions = new Dictionary<string, IReadOnlyList<Suggestion>>();
        foreach (var variable in template.Variables)
        {
            List<Suggestion> found = variable.Type switch
            {
                VariableType.Event =>
                [
                    .. await OfEventsAsync(project, variable, [.. offered.Select(one => one.Name)], usage, most, cancellationToken),
                    .. known.Values.Select(action => new Suggestion(new { action = action.Id }, action.Name, Round(NameShare * Likeness(variable, action.Name)), null)),
                ],
                VariableType.Action => [.. known.Values.Select(action => new Suggestion(action.Id, action.Name, Round(Likeness(variable, action.Name)), null))],
                VariableType.Property => [.. names.Select(property => new Suggestion(property.Name, property.Name, Round(Likeness(variable, property.Name)), null))],
                _ => [],
            };
            suggestions[variable.Id] = [.. found.Where(one => one.Confidence >= LeastConfidence).OrderByDescending(one => one.Confidence).ThenByDescending(one => one.Count).Take(Most)];
        }
        return suggestions;
    }

    // Names are alike without their counts too.
    async Task<IReadOnlyDictionary<string, EventUsage>> UsageAsync(Project project, CancellationToken cancellationToken)
    {
        try
        {
            return await events.UsageAsync(project.Id, cancellationToken);
        }
        catch (Exception failure) when (StoreAway.Is(failure))
        {
            return new Dictionary<string, EventUsage>();
        }
    }

    async Task<List<Suggestion>> OfEventsAsync(
        Project project, TemplateVariable variable, IReadOnlyList<string> names, IReadOnlyDictionary<string, EventUsage> usage, long most,
        CancellationToken cancellationToken)
    {
        // Only what is called something like it is asked for its properties: a project has thousands of names.
        var alike = names.Select(name => (Name: name, Likeness: Likeness(variable, name))).Where(one => one.Likeness > 0)
            .OrderByDescending(one => one.Likeness).Take(4 * Most).ToList();
        var suggestions = new List<Suggestion>();
        foreach (var (name, likeness) in alike)
        {
            var count = usage.TryGetValue(name, out var used) ? used.Count : 0;
            var volume = Math.Log(1 + count) / Math.Log(1 + most);
            var shape = variable.Properties.Count == 0 ? 1
                : (double)(await properties.OfEventsAsync(project.Id, [name], cancellationToken)).Intersect(variable.Properties, StringComparer.OrdinalIgnoreCase).Count()
                    / variable.Properties.Count;
            suggestions.Add(new Suggestion(name, name, Round((NameShare * likeness) + (VolumeShare * volume) + (ShapeShare * Math.Min(1, 2 * shape))), count));
        }
        return suggestions;
    }

    static double Likeness(TemplateVariable variable, string name) =>
        variable.Hints.Append(variable.Name).Max(hint => NameLikeness.Of(hint, name));

    static double Round(double confidence) => Math.Round(confidence, 2);
}

/// <summary>Something that a variable could stand for.</summary>
/// <param name="Value">As the template takes it.</param>
/// <param name="Confidence">From 0 to 1.</param>
/// <param name="Count">How often it happened in the last 30 days; null where that was not counted.</param>
public sealed record Suggestion(object Value, string Label, double Confidence, long? Count);
