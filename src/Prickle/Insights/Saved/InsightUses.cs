using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Actions;
using Prickle.Cohorts;
using Prickle.Insights.Running;
using Prickle.Storage;

namespace Prickle.Insights.Saved;

/// <summary>Saved insights that stand on actions and cohorts.</summary>
sealed class InsightUses(IDbContextFactory<PrickleDatabase> databases, InsightQuestions questions, InsightNames names) : IActionUse, ICohortUse
{
    async Task<IReadOnlyList<ActionUse>> IActionUse.OfAsync(int projectId, int actionId, CancellationToken cancellationToken) =>
        [.. (await WhereAsync(projectId, "ActionsNode", (query, question) => QuestionCheck.ActionsOf(query, question).Contains(actionId), cancellationToken))
            .Select(use => new ActionUse("insight", use.Name, use.Address))];

    async Task<IReadOnlyList<CohortUse>> ICohortUse.OfAsync(int projectId, int cohortId, CancellationToken cancellationToken) =>
        [.. (await WhereAsync(projectId, "cohort", (query, question) => QuestionCheck.CohortsOf(query, question).Contains(cohortId), cancellationToken))
            .Select(use => new CohortUse("insight", use.Name, use.Address))];

    // Most insights say by a word of their text already that they do not.
    async Task<IEnumerable<(string Name, string Address)>> WhereAsync(
        int projectId, string word, Func<InsightQuery, IQuestion, bool> uses, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<InsightRow>().AsNoTracking().Where(row => row.ProjectId == projectId && !row.Deleted && row.Query.Contains(word))
            .OrderBy(row => row.Name).ThenBy(row => row.Id).ToListAsync(cancellationToken);
        List<SavedInsight> found = [.. rows.Select(row => row.ToInsight()).Where(insight => Asked(insight.Query) is { } query && uses(query, questions.Of(query)))];
        var titles = await names.OfAsync(projectId, found, cancellationToken);
        return found.Select(insight => (titles[insight.Id], $"insights/{insight.ShortId}"));
    }

    static InsightQuery? Asked(JsonElement query) => InsightJson.Read(query, out _);
}
