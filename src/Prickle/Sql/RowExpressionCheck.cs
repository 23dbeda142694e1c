using Prickle.Accounts;
using Prickle.Filters;

namespace Prickle.Sql;

/// <summary>Lets the SQL expressions of filters, breakdowns, series and paths through the sandbox.</summary>
sealed class RowExpressionCheck(SqlSandbox sandbox) : IExpressionCheck
{
    public async Task<Outcome<string>> CheckAsync(Project project, string expression, ExpressionPlace place, CancellationToken cancellationToken) =>
        await sandbox.CheckExpressionAsync(project, expression, place, cancellationToken) switch
        {
            SqlOutcome<string>.Done { Value: var text } => text,
            SqlOutcome<string>.Refused { Refusal: var refusal } => Refusal.Invalid("properties", $"'{expression}' cannot be asked: {refusal.Detail}"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
