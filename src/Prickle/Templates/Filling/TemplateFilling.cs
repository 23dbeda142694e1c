using System.Text.Json;
using Prickle.Accounts;
using Prickle.Dashboards;
using Prickle.Insights;

namespace Prickle.Templates.Filling;

/// <summary>A template with values in the place of its variables.</summary>
sealed class TemplateFilling
{
    readonly IReadOnlyDictionary<string, FilledValue> _values;

    TemplateFilling(DashboardTemplate template, IReadOnlyDictionary<string, FilledValue> values, IReadOnlyDictionary<string, JsonElement> chosen) =>
        (Template, _values, Values) = (template, values, chosen);

    public DashboardTemplate Template { get; }

    /// <summary>The value of each variable, chosen or by default.</summary>
    public IReadOnlyDictionary<string, JsonElement> Values { get; }

    /// <summary>Refused where a value does not fit, is of no variable, or is missing.</summary>
    public static Outcome<TemplateFilling> Of(DashboardTemplate template, IReadOnlyDictionary<string, JsonElement> chosen)
    {
        if (chosen.Keys.FirstOrDefault(id => template.Variables.All(variable => variable.Id != id)) is { } unknown)
        {
            return Refusal.Invalid($"values.{unknown}", $"The template has no variable {unknown}.");
        }
        var (values, taken) = (new Dictionary<string, FilledValue>(), new Dictionary<string, JsonElement>());
        foreach (var variable in template.Variables)
        {
            var value = chosen.TryGetValue(variable.Id, out var given) && given.ValueKind != JsonValueKind.Null ? given : variable.Default ?? FallBack(variable);
            if (value is not { } present)
            {
                return Refusal.Invalid($"values.{variable.Id}", $"Choose {variable.Name}: the template has no default for it.");
            }
            if (VariableValue.Read(variable, present, out var why) is not { } read)
            {
                return Refusal.Invalid($"values.{variable.Id}", why);
            }
            values[variable.Id] = read;
            taken[variable.Id] = present.Clone();
        }
        return new TemplateFilling(template, values, taken);
    }

    public DashboardDraft Draft(string? name) => new()
    {
        Name = string.IsNullOrWhiteSpace(name) ? Text(Template.Name) : name,
        Description = Text(Template.Description),
        Tags = Template.Tags,
        Filters = Template.Filters,
    };

    public TemplateBinding Binding => new(Template.Key, Template.Version, Values);

    public TileDraft Tile(TemplateTile tile) => new()
    {
        Kind = tile.Kind,
        NewInsight = tile.Kind == TileKind.Insight
            ? new InsightDraft { Name = Text(tile.Name), Description = Text(tile.Description), Query = Query(tile) }
            : null,
        Title = tile.Kind == TileKind.Insight ? "" : Text(tile.Name),
        Body = Text(tile.Body),
        Url = Text(tile.Url),
        Color = tile.Color,
        Layouts = tile.Layouts,
        TemplateTile = tile.Id,
    };

    /// <summary>The question of an insight tile.</summary>
    public JsonElement Query(TemplateTile tile) => JsonSerializer.SerializeToElement(Placeholders.Fill(tile.Query!.Value, _values), InsightJson.Options);

    string Text(string text) => Placeholders.Fill(text, _values);

    // What is not asked for by force has a meaning when nothing is chosen: a view of any page.
    static JsonElement? FallBack(TemplateVariable variable) =>
        variable is { Required: false, Type: VariableType.Event } ? JsonSerializer.SerializeToElement("$pageview") : null;
}
