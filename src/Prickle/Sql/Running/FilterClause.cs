using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Filters;

namespace Prickle.Sql.Running;

/// <summary>The condition that <c>{filters}</c> stands for: over the columns of the project's view <c>events</c>, its values as parameters.</summary>
sealed record FilterClause(string Sql, IReadOnlyList<(string Name, object Value)> Parameters)
{
    public static async Task<SqlOutcome<FilterClause>> OfAsync(
        Project project, SqlFilters filters, SandboxScope scope, ISqlFilterReader reader, IExpressionCheck expressions, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var read = await reader.ReadAsync(project, filters, cancellationToken);
        if (read is not Outcome<SqlFilterMeaning>.Done { Value: var meaning })
        {
            return Refused(((Outcome<SqlFilterMeaning>.Refused)read).Refusal);
        }
        var asked = await CheckedExpressions.OfAsync([meaning.Conditions], [], project, expressions, cancellationToken);
        if (asked is not Outcome<CheckedExpressions>.Done { Value: var passed })
        {
            return Refused(((Outcome<CheckedExpressions>.Refused)asked).Refusal);
        }
        var sql = new SqlBuilder();
        if (meaning.From is { } from)
        {
            sql.And($"timestamp >= {sql.Moment(from)}");
        }
        if (meaning.To is { } to)
        {
            sql.And($"timestamp <= {sql.Moment(to)}");
        }
        if (!meaning.Conditions.IsEmpty)
        {
            sql.And(FilterSql.Compile(
                meaning.Conditions, new FilterScope(sql, project.Id, time.GetUtcNow()) { Zone = project.Zone, Views = scope.Database, Expressions = passed }));
        }
        return new FilterClause(sql.Where, sql.Parameters);
    }

    static SqlRefusal Refused(Refusal refusal) => new(SqlRefusalReason.InvalidFilters, refusal.Detail);
}
