using System.Text.Json;
using Prickle.Accounts;
using Prickle.Sql.Api;

namespace Prickle.Sql;

/// <summary>The whole result of a statement that was kept, as a file, streamed as it comes and up to the operator's cap.</summary>
public sealed class SqlExport(SqlSandbox sandbox)
{
    /// <summary>Answers a request with the file, or says why not.</summary>
    /// <param name="query">A query of one of the kinds of <see cref="AnswerSqlQuery"/>.</param>
    /// <param name="format">csv or json.</param>
    /// <param name="confirm">Runs although it reads much.</param>
    /// <param name="name">Of the file, without its ending.</param>
    public Task<IResult> SendAsync(
        ProjectGrant grant, JsonElement query, string format, bool confirm, string name, HttpContext context, CancellationToken cancellationToken) =>
        SqlDownload.SendFileAsync(grant, query, format, confirm, name, sandbox, context, cancellationToken);
}
