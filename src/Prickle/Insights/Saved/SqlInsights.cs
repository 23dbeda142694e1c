using System.Text.Json;
using Prickle.Accounts;
using Prickle.Sql;

namespace Prickle.Insights.Saved;

/// <summary>Insights that are statements of SQL, for the console.</summary>
sealed class SqlInsights(SavedInsights insights) : ISqlInsights
{
    public async Task<SqlInsight?> FindAsync(int projectId, string shortId, CancellationToken cancellationToken) =>
        await insights.FindAsync(projectId, shortId, cancellationToken) is { Deleted: false } found && AnswerSqlQuery.Handles(found.Kind) ? Of(found) : null;

    public async Task<Outcome<SqlInsight>> SaveAsync(ProjectGrant grant, string? shortId, string name, JsonElement query, CancellationToken cancellationToken)
    {
        if (shortId is null)
        {
            return Of(await insights.CreateAsync(grant, new InsightDraft { Name = name, Query = query }, cancellationToken));
        }
        return await insights.FindAsync(grant.ProjectId, shortId, cancellationToken) is { } kept
            ? Of(await insights.UpdateAsync(grant, shortId, InsightDraft.Of(kept) with { Name = name, Query = query }, cancellationToken))
            : Refusal.NotFound("Insight not found.");
    }

    static SqlInsight Of(SavedInsight insight) => new(insight.ShortId, insight.Name, insight.Query);

    static Outcome<SqlInsight> Of(Outcome<SavedInsight> outcome) => outcome.Match<Outcome<SqlInsight>>(insight => Of(insight), refusal => refusal);
}
