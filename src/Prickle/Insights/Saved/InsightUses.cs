using Microsoft.EntityFrameworkCore;
using Prickle.Actions;
using Prickle.Cohorts;
using Prickle.Insights.Running;
using Prickle.Sql;
using Prickle.Storage;

namespace Prickle.Insights.Saved;

/// <summary>Saved insights that stand on actions and cohorts.</summary>
sealed class InsightUses(IDbContextFactory<PrickleDatabase> databases, InsightQuestions questions, InsightNames names) : IActionUse, ICohortUse
{
    async Task<IReadOnlyList<ActionUse>> IActionUse.OfAsync(int projectId, int actionId, CancellationToken cancellationToken) =>
        [.. (await WhereAsync(projectId, "ActionsNode", insight => Asked(insight) is { } query && QuestionCheck.ActionsOf(query, questions.Of(query)).Contains(actionId), cancellationToken))
            .Select(use => new ActionUse("insight", use.Name, use.Address))];

    async Task<IReadOnlyList<CohortUse>> ICohortUse.OfAsync(int projectId, int cohortId, CancellationToken cancellationToken) =>
        [.. (await WhereAsync(projectId, "cohort", insight => CohortsOf(insight).Contains(cohortId), cancellationToken))
            .Select(use => new CohortUse("insight", use.Name, use.Address))];

    // Most insights say by a word of their text already that they do not.
    async Task<IEnumerable<(string Name, string Address)>> WhereAsync(
        int projectId, string word, Func<SavedInsight, bool> uses, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<InsightRow>().AsNoTracking().Where(row => row.ProjectId == projectId && !row.Deleted && row.Query.Contains(word))
            .OrderBy(row => row.Name).ThenBy(row => row.Id).ToListAsync(cancellationToken);
        List<SavedInsight> found = [.. rows.Select(row => row.ToInsight()).Where(uses)];
        var titles = await names.OfAsync(projectId, found, cancellationToken);
        return found.Select(insight => (titles[insight.Id], AnswerSqlQuery.Handles(insight.Kind) ? $"sql?insight={insight.ShortId}" : $"insights/{insight.ShortId}"));
    }

    // A statement names cohorts in what its {filters} stand for; what it reads itself is not looked into.
    IEnumerable<int> CohortsOf(SavedInsight insight) =>
        AnswerSqlQuery.Handles(insight.Kind) ? AnswerSqlQuery.FiltersOf(insight.Query).Properties.CohortIds
        : Asked(insight) is { } query ? QuestionCheck.CohortsOf(query, questions.Of(query))
        : [];

    static InsightQuery? Asked(SavedInsight insight) => InsightJson.Read(insight.Query, out _);
}
