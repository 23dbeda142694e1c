using System.Text.Json;
using Prickle.Actions;
using Prickle.Filters;
using Prickle.Insights.Showing;

namespace Prickle.Insights;

/// <summary>What insights are called, and their questions in few words.</summary>
public sealed class InsightNames(IActionDirectory directory)
{
    /// <summary>The title of each, by its number: its name, or its question in words.</summary>
    public async Task<IReadOnlyDictionary<int, string>> OfAsync(int projectId, IEnumerable<SavedInsight> insights, CancellationToken cancellationToken)
    {
        var words = new QuestionWords(await directory.OfProjectAsync(projectId, cancellationToken));
        return insights.DistinctBy(insight => insight.Id).ToDictionary(insight => insight.Id, insight => insight.Name.Length > 0 ? insight.Name
            : InsightJson.Read(insight.Query, out _) is { } query ? words.TitleOf(query) : "SQL");
    }

    /// <summary>The title of one insight: its name, or its question in words.</summary>
    public async Task<string> TitleOfAsync(int projectId, string name, JsonElement query, CancellationToken cancellationToken) =>
        name.Length > 0 ? name
        : InsightJson.Read(query, out _) is { } question ? new QuestionWords(await directory.OfProjectAsync(projectId, cancellationToken)).TitleOf(question)
        : "SQL";

    /// <summary>The kind as people call it: "Funnel", "SQL".</summary>
    public static string KindOf(SavedInsight insight) => InsightJson.Read(insight.Query, out _) is { } query ? QuestionWords.KindOf(query) : "SQL";

    /// <summary>The period in words: "Last 7 days".</summary>
    public static string PeriodOf(QueryRange range) => PeriodWords.Of(range);

    /// <summary>Filters in words: "Browser equals Firefox".</summary>
    public static string FiltersOf(FilterGroup filters) => QuestionWords.Of(filters);
}
