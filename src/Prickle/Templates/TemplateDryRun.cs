using System.Text.Json;
using Prickle.Accounts;
using Prickle.Dashboards;
using Prickle.Definitions;
using Prickle.Insights;
using Prickle.Templates.Filling;

namespace Prickle.Templates;

/// <summary>Asks what a dashboard would show, before there is one.</summary>
public sealed class TemplateDryRun(TemplateBook templates, IInsightQueries queries, EventDefinitions events, PropertyDefinitions properties)
{
    const int MostNames = 10_000;

    /// <summary>Each tile with its answer, or why it would be empty; values are checked first.</summary>
    /// <param name="each">Told of each tile as it is done.</param>
    public async Task<Outcome<IReadOnlyList<TilePreview>>> RunAsync(
        Project project, string key, IReadOnlyDictionary<string, JsonElement> values, CancellationToken cancellationToken,
        Action<TilePreview>? each = null)
    {
        if (await templates.FindAsync(project, key, null, cancellationToken) is not { Template: var template })
        {
            return Refusal.NotFound("Template not found.");
        }
        var filled = TemplateFilling.Of(template, values);
        if (filled is not Outcome<TemplateFilling>.Done { Value: var filling })
        {
            return ((Outcome<TemplateFilling>.Refused)filled).Refusal;
        }
        var seen = (await events.ListAsync(new DefinitionFilter(project.Id), MostNames, 0, cancellationToken)).Items.Select(one => one.Name).ToHashSet();
        var previews = new List<TilePreview>();
        foreach (var tile in template.Tiles)
        {
            previews.Add(await PreviewAsync(project, template, tile, filling, seen, cancellationToken));
            each?.Invoke(previews[^1]);
        }
        return previews;
    }

    async Task<TilePreview> PreviewAsync(
        Project project, DashboardTemplate template, TemplateTile tile, TemplateFilling filling, HashSet<string> seen, CancellationToken cancellationToken)
    {
        var draft = filling.Tile(tile);
        if (draft.NewInsight is not { } insight)
        {
            return new TilePreview(tile.Id, draft.Title, tile.Kind, null, null, null);
        }
        if (InsightJson.Read(insight.Query, out _) is not { } query)
        {
            return new TilePreview(tile.Id, insight.Name, tile.Kind, null, null, null);
        }
        var asked = template.Filters.Over(query);
        var answer = await queries.AskAsync(project, asked, Refresh.BlockingIfStale, cancellationToken);
        return answer is Outcome<InsightAnswer>.Done { Value: var found }
            ? new TilePreview(
                tile.Id, insight.Name, tile.Kind, asked, found.Result,
                AnswerEmptiness.IsEmpty(found.Result) ? await ReasonAsync(project, asked, seen, cancellationToken) : null)
            : new TilePreview(tile.Id, insight.Name, tile.Kind, asked, null, ((Outcome<InsightAnswer>.Refused)answer).Refusal.Detail);
    }

    async Task<string> ReasonAsync(Project project, InsightQuery query, HashSet<string> seen, CancellationToken cancellationToken)
    {
        var names = QuestionNames.EventsOf(query).Distinct().ToList();
        if (names.Where(name => !seen.Contains(name)).ToList() is { Count: > 0 } unseen)
        {
            return $"{string.Join(" and ", unseen)} {(unseen.Count == 1 ? "was" : "were")} never seen.";
        }
        var asked = QuestionNames.PropertiesOf(query).Distinct().ToList();
        if (asked.Count > 0)
        {
            var with = await properties.OfEventsAsync(project.Id, names, cancellationToken);
            if (asked.Where(name => !with.Contains(name)).ToList() is { Count: > 0 } missing)
            {
                return $"{string.Join(" and ", names)} {(names.Count == 1 ? "comes" : "come")} without {string.Join(" and ", missing)}.";
            }
        }
        return "Nothing of this happened in the period.";
    }
}

/// <summary>One tile of a dry run.</summary>
/// <param name="Query">What was asked; null for a tile that asks nothing.</param>
/// <param name="Result">The answer; null when there is none.</param>
/// <param name="Problem">Why it is empty or failed; null when it shows something.</param>
public sealed record TilePreview(string TemplateTile, string Name, TileKind Kind, InsightQuery? Query, InsightResult? Result, string? Problem);
