using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Insights.Saved;
using Prickle.Sql;
using Prickle.Storage;

namespace Prickle.Insights;

/// <summary>What a link gives to anybody: one insight's name and its answer, and nothing else of the project.</summary>
public sealed class SharedInsights(IDbContextFactory<PrickleDatabase> databases, ProjectDirectory projects, IInsightQueries queries)
{
    static readonly Refusal Gone = Refusal.NotFound("This link leads nowhere, or was stopped.");

    static readonly Refusal Broken = Refusal.Invalid("query", "This insight cannot be computed any more. Whoever shared it can mend it.");

    public async Task<Outcome<SharedInsight>> AskAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length is 0 or > 100)
        {
            return Gone;
        }
        var hash = LinkSecret.Hash(token);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<InsightRow>().AsNoTracking().FirstOrDefaultAsync(row => row.ShareHash == hash && !row.Deleted, cancellationToken) is not { } row
            || await projects.FindAsync(row.ProjectId, cancellationToken) is not { } project)
        {
            return Gone;
        }
        var insight = row.ToInsight();
        if (InsightJson.Read(insight.Query, out _) is not { } query)
        {
            return Broken;
        }
        using var noted = new AskedFor(insight.ShortId).Note();
        var answer = await queries.AskAsync(project, query, Refresh.Shared, cancellationToken);
        return answer.Match<Outcome<SharedInsight>>(
            found => new SharedInsight(insight.Name, insight.Description, query, found),
            // What is wrong with the question names things of the project.
            refusal => refusal.Reason == RefusalReason.InvalidInput ? Broken : refusal);
    }
}

/// <summary>An insight as a link shows it.</summary>
public sealed record SharedInsight(string Name, string Description, InsightQuery Query, InsightAnswer Answer);
