using Prickle.Actions;
using Prickle.Insights.Showing;
using Prickle.Sql;

namespace Prickle.Insights.Browsing;

/// <summary>What a kept insight is called where it has no name.</summary>
sealed class InsightWords(IReadOnlyDictionary<int, ActionDefinition> actions)
{
    public string NameOf(SavedInsight insight) => insight.Name.Length > 0 ? insight.Name
        : InsightJson.Read(insight.Query, out _) is { } query ? new QuestionWords(actions).TitleOf(query)
        : "SQL";

    /// <summary>Where it is looked at, below the project: a statement in the console.</summary>
    public static string AddressOf(SavedInsight insight) =>
        AnswerSqlQuery.Handles(insight.Kind) ? $"sql?insight={insight.ShortId}" : $"insights/{insight.ShortId}";

    public static string KindOf(SavedInsight insight) =>
        InsightJson.Read(insight.Query, out _) is { } query ? QuestionWords.KindOf(query) : "SQL";
}
