using System.Text.Json;
using Prickle.Accounts;

namespace Prickle.Sql;

/// <summary>A statement that was kept as an insight.</summary>
/// <param name="Query">Of a kind of <see cref="AnswerSqlQuery"/>.</param>
public sealed record SqlInsight(string ShortId, string Name, JsonElement Query);

/// <summary>Statements as insights: the console opens and keeps them. The module of insights registers one.</summary>
public interface ISqlInsights
{
    /// <summary>Null when the project has no such insight, or it is no statement.</summary>
    Task<SqlInsight?> FindAsync(int projectId, string shortId, CancellationToken cancellationToken);

    /// <summary>Keeps a statement; as a new insight where <paramref name="shortId"/> is null.</summary>
    Task<Outcome<SqlInsight>> SaveAsync(ProjectGrant grant, string? shortId, string name, JsonElement query, CancellationToken cancellationToken);
}
