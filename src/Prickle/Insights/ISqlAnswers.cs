using System.Text.Json;
using Prickle.Accounts;

namespace Prickle.Insights;

/// <summary>
/// Answers queries of the kinds SqlQuery and HogQLQuery, which are text and no <see cref="InsightQuery"/>. Where nothing
/// is registered for it such a query is refused.
/// </summary>
public interface ISqlAnswers
{
    /// <param name="query">The query as it was sent: kind, query, and what the sandbox knows besides.</param>
    Task<IResult> AnswerAsync(ProjectGrant grant, JsonElement query, CancellationToken cancellationToken);
}
