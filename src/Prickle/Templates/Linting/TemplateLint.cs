using System.Text.Json;
using System.Text.RegularExpressions;
using Prickle.Accounts;
using Prickle.Dashboards;
using Prickle.Insights;
using Prickle.Templates.Filling;

namespace Prickle.Templates.Linting;

/// <summary>Says everything that is wrong with a template, each with its JSON path.</summary>
sealed partial class TemplateLint(SavedInsights insights)
{
    const int MostTiles = 60;
    const int MostVariables = 30;

    /// <summary>The template when nothing is wrong.</summary>
    public DashboardTemplate? Read(JsonElement json, out IReadOnlyList<TemplateProblem> problems)
    {
        DashboardTemplate? template = null;
        problems = Early(json) is { } early ? [early] : Deserialize(json, out template) is { } failure ? [failure] : [.. Of(template!)];
        return problems.Count == 0 ? template : null;
    }

    static TemplateProblem? Early(JsonElement json) =>
        json.ValueKind != JsonValueKind.Object ? new TemplateProblem("$", "A template is a JSON object.")
        : json.GetRawText().Length > TemplateJson.LargestBytes ? new TemplateProblem("$", $"A template has at most {TemplateJson.LargestBytes / 1024:N0} KiB.")
        : json.TryGetProperty("schema", out var schema) && !(schema.ValueKind == JsonValueKind.Number && schema.TryGetInt32(out var version) && version == DashboardTemplate.CurrentSchema)
            ? new TemplateProblem("$.schema", $"This product reads schema {DashboardTemplate.CurrentSchema}, not {schema}.")
        : null;

    static TemplateProblem? Deserialize(JsonElement json, out DashboardTemplate? template)
    {
        template = null;
        try
        {
            template = json.Deserialize<DashboardTemplate>(TemplateJson.Options);
            return template is null ? new TemplateProblem("$", "A template is a JSON object.") : null;
        }
        catch (JsonException failure)
        {
            // The serializer ends its words with the place, which stands in the path here.
            return new TemplateProblem(failure.Path ?? "$", failure.Message.Split(" Path: ")[0]);
        }
    }

    IEnumerable<TemplateProblem> Of(DashboardTemplate template) =>
        Head(template).Concat(Variables(template)).Concat(Tiles(template)).Concat(Layouts(template)).Concat(Placed(template));

    static IEnumerable<TemplateProblem> Head(DashboardTemplate template)
    {
        if (!Key.IsMatch(template.Key))
        {
            yield return new("$.key", "A key is lower-case letters, digits and hyphens, at most 60.");
        }
        if (template.Name.Trim().Length is 0 or > 200)
        {
            yield return new("$.name", "A template has a name of 1 to 200 characters.");
        }
        if (template.Version < 1)
        {
            yield return new("$.version", "Versions count from 1.");
        }
        if (template.Tiles.Count is 0 or > MostTiles)
        {
            yield return new("$.tiles", $"A template has 1 to {MostTiles} tiles.");
        }
        if (template.Variables.Count > MostVariables)
        {
            yield return new("$.variables", $"A template has at most {MostVariables} variables.");
        }
    }

    static IEnumerable<TemplateProblem> Variables(DashboardTemplate template)
    {
        var used = Used(template).Select(one => one.Id).ToHashSet();
        for (var index = 0; index < template.Variables.Count; index++)
        {
            var (variable, path) = (template.Variables[index], $"$.variables[{index}]");
            if (!Id.IsMatch(variable.Id))
            {
                yield return new($"{path}.id", "The id of a variable is capital letters, digits and underscores.");
            }
            if (template.Variables.Take(index).Any(other => other.Id == variable.Id))
            {
                yield return new($"{path}.id", $"Two variables have the id {variable.Id}.");
            }
            if (!used.Contains(variable.Id))
            {
                yield return new(path, $"No tile uses {variable.Id}.");
            }
            if (variable.Default is { } value && VariableValue.Read(variable, value, out var why) is null)
            {
                yield return new($"{path}.default", why);
            }
        }
    }

    static IEnumerable<TemplateProblem> Tiles(DashboardTemplate template)
    {
        var known = template.Variables.Select(variable => variable.Id).ToHashSet();
        var unknown = Used(template).Where(use => !known.Contains(use.Id)).ToList();
        foreach (var (id, path) in unknown)
        {
            yield return new(path, $"There is no variable {id}.");
        }
        for (var index = 0; index < template.Tiles.Count; index++)
        {
            var (tile, path) = (template.Tiles[index], $"$.tiles[{index}]");
            if (tile.Id.Length is 0 or > 100 || template.Tiles.Take(index).Any(other => other.Id == tile.Id))
            {
                yield return new($"{path}.id", "Each tile has an id of its own.");
            }
            if (tile.Kind == TileKind.Insight && tile.Query is null)
            {
                yield return new($"{path}.query", "A tile of an insight has a query.");
            }
            else if (tile.Query is { } query)
            {
                foreach (var problem in Foreign(query, $"{path}.query"))
                {
                    yield return problem;
                }
            }
        }
    }

    // Numbers of actions and cohorts mean nothing in another project.
    static IEnumerable<TemplateProblem> Foreign(JsonElement json, string path) => json.ValueKind switch
    {
        JsonValueKind.Array => json.EnumerateArray().SelectMany((item, index) => Foreign(item, $"{path}[{index}]")),
        JsonValueKind.Object => (IsForeign(json) ? [new TemplateProblem(path, "An action or a cohort is named by a variable: its number means nothing in another project.")] : Array.Empty<TemplateProblem>())
            .Concat(json.EnumerateObject().SelectMany(member => Foreign(member.Value, $"{path}.{member.Name}"))),
        _ => [],
    };

    static bool IsForeign(JsonElement json) =>
        (json.TryGetProperty("kind", out var kind) && kind.ValueEquals("ActionsNode"))
        || (json.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("cohort")
            && !(json.TryGetProperty("value", out var value) && Placeholders.Of(value, "").Any())
            && !(json.TryGetProperty("property", out var property) && Placeholders.Of(property, "").Any()));

    static IEnumerable<TemplateProblem> Layouts(DashboardTemplate template)
    {
        for (var index = 0; index < template.Tiles.Count; index++)
        {
            var path = $"$.tiles[{index}].layouts";
            if (template.Tiles[index].Layouts is not { Sm: not null } layouts)
            {
                yield return new($"{path}.sm", "A tile has a place on wide screens.");
                continue;
            }
            if (layouts.Xs is null)
            {
                yield return new($"{path}.xs", "A tile has a place on phones.");
                continue;
            }
            foreach (var (other, before) in template.Tiles.Take(index).Select((tile, at) => (tile.Layouts, at)))
            {
                if (other is { Sm: not null } && layouts.Sm.Overlaps(other.Sm))
                {
                    yield return new($"{path}.sm", $"The tile overlaps $.tiles[{before}].");
                }
                if (other is { Xs: not null } && layouts.Xs.Overlaps(other.Xs))
                {
                    yield return new($"{path}.xs", $"The tile overlaps $.tiles[{before}] on phones.");
                }
            }
        }
    }

    // With everything in place, each tile must be one that a dashboard takes.
    IEnumerable<TemplateProblem> Placed(DashboardTemplate template)
    {
        var samples = template.Variables.Where(variable => variable.Default is null).DistinctBy(variable => variable.Id).ToDictionary(variable => variable.Id, Sample);
        if (TemplateFilling.Of(template, samples) is not Outcome<TemplateFilling>.Done { Value: var filling }
            || Used(template).Any(use => template.Variables.All(variable => variable.Id != use.Id)))
        {
            yield break;
        }
        for (var index = 0; index < template.Tiles.Count; index++)
        {
            var tile = template.Tiles[index];
            if (tile is { Kind: TileKind.Insight, Query: null } || tile.Layouts is not { Sm: not null, Xs: not null })
            {
                continue;
            }
            var draft = filling.Tile(tile);
            if (draft.NewInsight is { } insight && insights.Check(insight) is { } refusal)
            {
                yield return new($"$.tiles[{index}].query{(refusal.Attribute is null or "query" ? "" : $".{refusal.Attribute}")}", refusal.Detail);
            }
            else if (DashboardBook.Check(draft) is { } wrong)
            {
                yield return new($"$.tiles[{index}].{wrong.Attribute}", wrong.Detail);
            }
        }
    }

    static JsonElement Sample(TemplateVariable variable) => JsonSerializer.SerializeToElement<object>(variable.Type switch
    {
        VariableType.Action or VariableType.Cohort => 1,
        VariableType.GroupType => 0,
        VariableType.Number => variable.Minimum ?? variable.Maximum ?? 1,
        VariableType.Url => "/",
        VariableType.WarehouseColumn => new { table = "table", column = "column" },
        VariableType.Text when variable.Allowed is [var first, ..] => first,
        _ => "sample",
    });

    static IEnumerable<(string Id, string Path)> Used(DashboardTemplate template) => template.Tiles.SelectMany((tile, index) =>
        (tile.Query is { } query ? Placeholders.Of(query, $"$.tiles[{index}].query") : [])
        .Concat(Placeholders.Of(tile.Name).Select(id => (id, $"$.tiles[{index}].name")))
        .Concat(Placeholders.Of(tile.Description).Select(id => (id, $"$.tiles[{index}].description")))
        .Concat(Placeholders.Of(tile.Body).Select(id => (id, $"$.tiles[{index}].body")))
        .Concat(Placeholders.Of(tile.Url).Select(id => (id, $"$.tiles[{index}].url"))));

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,59}$")]
    static partial Regex Key { get; }

    [GeneratedRegex(@"^[A-Z][A-Z0-9_]{0,59}$")]
    static partial Regex Id { get; }
}
