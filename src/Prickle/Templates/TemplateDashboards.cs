using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Prickle.Accounts;
using Prickle.Dashboards;
using Prickle.Templates.Filling;

namespace Prickle.Templates;

/// <summary>Dashboards and the templates they come from: making one, mapping its events anew, taking a newer version.</summary>
public sealed class TemplateDashboards(TemplateBook templates, DashboardBook dashboards)
{
    static readonly Refusal NotFound = Refusal.NotFound("Template not found.");
    static readonly Refusal Unbound = Refusal.NotFound("The dashboard does not exist, or comes from no template.");

    /// <summary>Makes a dashboard from a template, or nothing.</summary>
    /// <param name="values">By the ids of the variables; what is not named has its default.</param>
    /// <param name="leaveOut">Ids of tiles that are not wanted.</param>
    public async Task<Outcome<Dashboard>> CreateAsync(
        ProjectGrant grant, string key, IReadOnlyDictionary<string, JsonElement> values, string? name, IReadOnlyCollection<string> leaveOut,
        CancellationToken cancellationToken)
    {
        if (await templates.FindAsync(grant.Project, key, null, cancellationToken) is not { Template: var template })
        {
            return NotFound;
        }
        var filled = TemplateFilling.Of(template, values);
        return filled is Outcome<TemplateFilling>.Done { Value: var filling }
            ? await dashboards.CreateAsync(
                grant, filling.Draft(name), [.. template.Tiles.Where(tile => !leaveOut.Contains(tile.Id)).Select(filling.Tile)], filling.Binding, cancellationToken)
            : ((Outcome<TemplateFilling>.Refused)filled).Refusal;
    }

    /// <summary>What another mapping would change, without changing it.</summary>
    public async Task<Outcome<Remapping>> PreviewAsync(
        ProjectGrant grant, int dashboardId, IReadOnlyDictionary<string, JsonElement> values, CancellationToken cancellationToken)
    {
        var found = await BoundAsync(grant, dashboardId, cancellationToken);
        if (found is not var (dashboard, binding, template))
        {
            return Unbound;
        }
        var filled = TemplateFilling.Of(template, Merged(binding, template, values));
        if (filled is not Outcome<TemplateFilling>.Done { Value: var filling })
        {
            return ((Outcome<TemplateFilling>.Refused)filled).Refusal;
        }
        var (changed, kept) = (new List<TileQuestion>(), new List<DashboardTile>());
        foreach (var tile in dashboard.Tiles.Where(tile => tile is { Kind: TileKind.Insight, TemplateTile: not null, Insight: not null }))
        {
            if (template.Tiles.FirstOrDefault(one => one.Id == tile.TemplateTile) is not { } source || tile.IsEdited)
            {
                kept.Add(tile);
            }
            else if (filling.Query(source) is var query && !AreEqual(query, tile.Insight!.Query))
            {
                changed.Add(new TileQuestion(tile.Id, query));
            }
        }
        return new Remapping(filling.Binding, changed, kept);
    }

    /// <summary>Maps events anew: all tiles that are as the template made them ask in terms of the new values.</summary>
    public async Task<Outcome<Dashboard>> RemapAsync(
        ProjectGrant grant, int dashboardId, IReadOnlyDictionary<string, JsonElement> values, CancellationToken cancellationToken)
    {
        var preview = await PreviewAsync(grant, dashboardId, values, cancellationToken);
        return preview is Outcome<Remapping>.Done { Value: var remapping }
            ? await dashboards.RemapAsync(grant, dashboardId, remapping.Binding, remapping.Changed, cancellationToken)
            : ((Outcome<Remapping>.Refused)preview).Refusal;
    }

    /// <summary>The newer version that is on offer, with what it would do to each tile; null when there is none, or it was declined.</summary>
    public async Task<TemplateUpgrade?> UpgradeOfAsync(ProjectGrant grant, int dashboardId, CancellationToken cancellationToken)
    {
        var found = await BoundAsync(grant, dashboardId, cancellationToken);
        if (found is not var (dashboard, binding, old)
            || await templates.FindAsync(grant.Project, binding.Template, null, cancellationToken) is not { Template: var template }
            || template.Version <= binding.Version || binding.DeclinedVersion >= template.Version
            || TemplateFilling.Of(template, Merged(binding, template, new Dictionary<string, JsonElement>())) is not Outcome<TemplateFilling>.Done { Value: var filling })
        {
            return null;
        }
        var changes = new List<TileChange>();
        foreach (var tile in template.Tiles)
        {
            var mine = dashboard.Tiles.FirstOrDefault(one => one.TemplateTile == tile.Id);
            var draft = filling.Tile(tile);
            var name = draft.NewInsight?.Name ?? draft.Title;
            if (mine is null)
            {
                // One that was there before and is not now was taken away on purpose.
                if (old.Tiles.All(one => one.Id != tile.Id))
                {
                    changes.Add(new TileChange(tile.Id, name, TileChangeKind.Added, null, draft.NewInsight?.Query, false));
                }
            }
            else if (draft.NewInsight is { } insight && mine.Insight is { } present && !AreEqual(insight.Query, present.Query))
            {
                changes.Add(new TileChange(tile.Id, name, TileChangeKind.Changed, present.Query, insight.Query, mine.IsEdited));
            }
        }
        changes.AddRange(dashboard.Tiles
            .Where(tile => tile.TemplateTile is { } id && template.Tiles.All(one => one.Id != id))
            .Select(tile => new TileChange(tile.TemplateTile!, tile.Insight?.Name ?? tile.Title, TileChangeKind.Removed, tile.Insight?.Query, null, tile.IsEdited)));
        return new TemplateUpgrade(template.Name, binding.Version, template.Version, changes);
    }

    /// <summary>Takes the newer version, tile by tile.</summary>
    /// <param name="choices">By the template's ids of tiles; what is not named is kept as it is.</param>
    public async Task<Outcome<Dashboard>> UpgradeAsync(
        ProjectGrant grant, int dashboardId, IReadOnlyDictionary<string, UpgradeChoice> choices, CancellationToken cancellationToken)
    {
        var found = await BoundAsync(grant, dashboardId, cancellationToken);
        if (found is not var (dashboard, binding, _)
            || await UpgradeOfAsync(grant, dashboardId, cancellationToken) is not { } upgrade
            || await templates.FindAsync(grant.Project, binding.Template, upgrade.To, cancellationToken) is not { Template: var template })
        {
            return Refusal.NotFound("There is no newer version of the template.");
        }
        var filled = TemplateFilling.Of(template, Merged(binding, template, new Dictionary<string, JsonElement>()));
        if (filled is not Outcome<TemplateFilling>.Done { Value: var filling })
        {
            return ((Outcome<TemplateFilling>.Refused)filled).Refusal;
        }
        var (questions, added, removed) = (new List<TileQuestion>(), new List<TileDraft>(), new List<int>());
        foreach (var change in upgrade.Tiles)
        {
            var choice = choices.GetValueOrDefault(change.TemplateTile, UpgradeChoice.Mine);
            var mine = dashboard.Tiles.FirstOrDefault(tile => tile.TemplateTile == change.TemplateTile);
            if (choice == UpgradeChoice.Mine)
            {
                continue;
            }
            if (change.Kind == TileChangeKind.Removed)
            {
                removed.Add(mine!.Id);
            }
            else if (change.Kind == TileChangeKind.Added || choice == UpgradeChoice.Both)
            {
                // Its place in the template may be taken here: the grid finds one.
                added.Add(filling.Tile(template.Tiles.First(tile => tile.Id == change.TemplateTile)) with { Layouts = null });
            }
            else
            {
                questions.Add(new TileQuestion(mine!.Id, change.Theirs!.Value));
            }
        }
        return await dashboards.UpgradeAsync(grant, dashboardId, filling.Binding, questions, added, removed, cancellationToken);
    }

    /// <summary>Does not offer this version again.</summary>
    public async Task<Outcome<Dashboard>> DeclineAsync(ProjectGrant grant, int dashboardId, CancellationToken cancellationToken) =>
        await BoundAsync(grant, dashboardId, cancellationToken) is var (_, binding, _) && await UpgradeOfAsync(grant, dashboardId, cancellationToken) is { } upgrade
            ? await dashboards.SetTemplateAsync(grant, dashboardId, binding with { DeclinedVersion = upgrade.To }, cancellationToken)
            : Refusal.NotFound("There is no newer version of the template.");

    async Task<(Dashboard Dashboard, TemplateBinding Binding, DashboardTemplate Template)?> BoundAsync(ProjectGrant grant, int id, CancellationToken cancellationToken) =>
        await dashboards.FindAsync(grant.ProjectId, id, grant.Actor.UserId, cancellationToken) is { Binding: { } binding, Deleted: false } dashboard
        && await templates.FindAsync(grant.Project, binding.Template, binding.Version, cancellationToken) is { Template: var template }
            ? (dashboard, binding, template)
            : null;

    // The dashboard's values, with others in place of those that are named; a newer version may have fewer variables.
    static Dictionary<string, JsonElement> Merged(TemplateBinding binding, DashboardTemplate template, IReadOnlyDictionary<string, JsonElement> values)
    {
        var merged = binding.Values.Where(value => template.Variables.Any(variable => variable.Id == value.Key)).ToDictionary();
        foreach (var (id, value) in values)
        {
            merged[id] = value;
        }
        return merged;
    }

    static bool AreEqual(JsonElement one, JsonElement other) => JsonNode.DeepEquals(JsonNode.Parse(one.GetRawText()), JsonNode.Parse(other.GetRawText()));
}

/// <summary>What another mapping does.</summary>
/// <param name="Changed">Tiles that ask something else.</param>
/// <param name="Kept">Tiles that were changed by hand, or that the template does not have: they stay.</param>
public sealed record Remapping(TemplateBinding Binding, IReadOnlyList<TileQuestion> Changed, IReadOnlyList<DashboardTile> Kept);

/// <summary>A newer version of the template of a dashboard.</summary>
public sealed record TemplateUpgrade(string Name, int From, int To, IReadOnlyList<TileChange> Tiles);

/// <summary>What the newer version does with one tile.</summary>
/// <param name="Mine">What the dashboard's tile asks.</param>
/// <param name="Theirs">What the newer one asks.</param>
/// <param name="IsEdited">Whether mine was changed by hand.</param>
public sealed record TileChange(string TemplateTile, string Name, TileChangeKind Kind, JsonElement? Mine, JsonElement? Theirs, bool IsEdited);

[JsonConverter(typeof(JsonStringEnumConverter<TileChangeKind>))]
public enum TileChangeKind
{
    [JsonStringEnumMemberName("added")] Added,
    [JsonStringEnumMemberName("changed")] Changed,
    [JsonStringEnumMemberName("removed")] Removed,
}

/// <summary>What to do with a tile that a newer version changes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UpgradeChoice>))]
public enum UpgradeChoice
{
    [JsonStringEnumMemberName("mine")] Mine,
    [JsonStringEnumMemberName("new")] New,
    /// <summary>Mine stays and the new one stands beside it.</summary>
    [JsonStringEnumMemberName("both")] Both,
}
