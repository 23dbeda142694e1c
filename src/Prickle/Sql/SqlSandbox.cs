using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Prickle.Accounts;
using Prickle.Filters;
using Prickle.Sql.Checking;
using Prickle.Sql.Running;
using Prickle.Sql.Statements;
using Prickle.Sql.Views;

namespace Prickle.Sql;

/// <summary>
/// Where every statement runs that a person or an assistant wrote: read-only, within limits, over one project's tables.
/// Three walls, each enough by itself: the engine's own reading of the statement is checked, the connection can only read,
/// and the engine lets no row of another project through.
/// </summary>
public sealed partial class SqlSandbox
{
    readonly ProjectViews _views;
    readonly SandboxConnection _connection;
    readonly StatementCheck _check;
    readonly ProjectTurns _turns;
    readonly RunningStatements _running;
    readonly ISqlFilterReader _filters;
    readonly IOptions<SqlOptions> _options;
    readonly TimeProvider _time;

    internal SqlSandbox(
        ProjectViews views, SandboxConnection connection, StatementCheck check, ProjectTurns turns, RunningStatements running,
        ISqlFilterReader filters, IOptions<SqlOptions> options, TimeProvider time) =>
        (_views, _connection, _check, _turns, _running, _filters, _options, _time) = (views, connection, check, turns, running, filters, options, time);

    /// <summary>Whether a statement would run, and what it would read.</summary>
    public async Task<SqlOutcome<SqlEstimate>> CheckAsync(Project project, SqlRequest request, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(project, request, cancellationToken);
        if (prepared is SqlOutcome<Prepared>.Refused refused)
        {
            return refused.Refusal;
        }
        var statement = ((SqlOutcome<Prepared>.Done)prepared).Value;
        return await EstimateAsync(statement, cancellationToken) is var rows && rows is SqlOutcome<long>.Done done
            ? new SqlEstimate(done.Value, done.Value > _options.Value.HeavyRows, statement.Statement.Variables)
            : ((SqlOutcome<long>.Refused)rows).Refusal;
    }

    /// <summary>
    /// Whether a text may stand as an expression over a row, or over the rows that are counted; gives the text to use.
    /// It reads nothing but those: no subquery, no table.
    /// </summary>
    public async Task<SqlOutcome<string>> CheckExpressionAsync(
        Project project, string expression, ExpressionPlace place, CancellationToken cancellationToken)
    {
        expression = place == ExpressionPlace.Aggregate ? AggregateText.WithNumbers(expression) : expression;
        var tokens = SqlLexer.Read(expression);
        if (tokens.Exists(token => token.Kind == SqlTokenKind.Comment))
        {
            return new SqlRefusal(SqlRefusalReason.NotAllowed, "An expression has no comments.");
        }
        if (Unbalanced(expression, tokens))
        {
            return new SqlRefusal(SqlRefusalReason.InvalidStatement, "The parentheses of the expression do not match.");
        }
        if (tokens.FirstOrDefault(token => token.Is(expression, "SELECT") || token.Is(expression, "FROM") || token.Is(expression, "OVER") || token.IsSymbol(expression, '{')) is { End: > 0 } query)
        {
            return new SqlRefusal(SqlRefusalReason.NotAllowed, $"{query.In(expression)} is not allowed in an expression.", 1, query.Start + 1, query.End - query.Start);
        }
        const string head = "SELECT (";
        var prepared = await PrepareAsync(project, new SqlRequest($"{head}{expression}\n) FROM {(place == ExpressionPlace.Person ? "persons" : "events")}"), cancellationToken, place);
        return prepared switch
        {
            SqlOutcome<Prepared>.Refused { Refusal: var refusal } =>
                refusal with { Column = refusal is { Line: 1, Column: { } column } ? Math.Max(1, column - head.Length) : refusal.Column },
            SqlOutcome<Prepared>.Done { Value.Statement.Text: var text } => text[head.Length..text.LastIndexOf("\n)", StringComparison.Ordinal)],
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Runs a statement and gives its answer.</summary>
    public async Task<SqlOutcome<SqlAnswer>> RunAsync(Project project, SqlRequest request, CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        var opened = await OpenAsync(project, request, whole: false, cancellationToken);
        if (opened is SqlOutcome<SqlResult>.Refused refused)
        {
            return refused.Refusal;
        }
        await using var result = ((SqlOutcome<SqlResult>.Done)opened).Value;
        try
        {
            var rows = new List<JsonElement>();
            await foreach (var row in result.ReadAsync(cancellationToken))
            {
                rows.Add(row);
            }
            var (rowsRead, bytesRead) = result.Statistics();
            return new SqlAnswer(
                result.Columns, result.Types, rows, result.IsCut ? result.Limit : null, rowsRead, bytesRead,
                _time.GetElapsedTime(begun).TotalMilliseconds, result.QueryId, result.Sql);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Cancelled;
        }
        catch (Exception failure) when (failure is JsonException or IOException or HttpRequestException)
        {
            return new SqlRefusal(SqlRefusalReason.InvalidStatement, "The result broke off. Run the statement again.");
        }
    }

    /// <summary>
    /// Runs a statement and gives its rows as they come, up to the operator's cap: for downloads. The caller disposes it.
    /// </summary>
    public Task<SqlOutcome<SqlResult>> StreamAsync(Project project, SqlRequest request, CancellationToken cancellationToken) =>
        OpenAsync(project, request with { Limit = request.Limit ?? _options.Value.MaximumRows }, whole: true, cancellationToken);

    /// <summary>The plan of a statement, as ClickHouse explains it.</summary>
    public async Task<SqlOutcome<string>> ExplainAsync(Project project, SqlRequest request, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(project, request, cancellationToken);
        return prepared is SqlOutcome<Prepared>.Done { Value: var statement }
            ? await _connection.ExplainAsync("EXPLAIN PLAN indexes = 1 ", statement.Statement, statement.Scope, statement.Parameters, cancellationToken)
            : ((SqlOutcome<Prepared>.Refused)prepared).Refusal;
    }

    /// <summary>Stops a running statement by the name its caller gave it.</summary>
    public async Task CancelAsync(int projectId, string clientQueryId, CancellationToken cancellationToken)
    {
        if (ClientId.IsMatch(clientQueryId))
        {
            await _running.CancelAsync(QueryId(projectId, clientQueryId));
            await _connection.KillAsync(QueryId(projectId, clientQueryId), cancellationToken);
        }
    }

    /// <summary>How far a running statement is; null when it does not run (yet, or any more).</summary>
    public Task<SqlProgress?> ProgressAsync(int projectId, string clientQueryId, CancellationToken cancellationToken) =>
        ClientId.IsMatch(clientQueryId)
            ? _connection.ProgressAsync(QueryId(projectId, clientQueryId), cancellationToken)
            : Task.FromResult<SqlProgress?>(null);

    async Task<SqlOutcome<SqlResult>> OpenAsync(Project project, SqlRequest request, bool whole, CancellationToken cancellationToken)
    {
        if (request.ClientQueryId is { } given && !ClientId.IsMatch(given))
        {
            return new SqlRefusal(SqlRefusalReason.InvalidVariable, "client_query_id has letters, digits, - and _ only, at most 64.");
        }
        var queryId = QueryId(project.Id, request.ClientQueryId ?? Guid.CreateVersion7().ToString("n"));
        if (_running.TryAdd(queryId, cancellationToken) is not { } entry)
        {
            return new SqlRefusal(SqlRefusalReason.Busy, "A statement with this client_query_id runs already.");
        }
        var work = new Work(entry);
        try
        {
            var opened = await OpenAsync(project, request, queryId, whole, work);
            if (opened is SqlOutcome<SqlResult>.Done)
            {
                work = null;
            }
            return opened;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Cancelled;
        }
        finally
        {
            work?.Dispose();
        }
    }

    async Task<SqlOutcome<SqlResult>> OpenAsync(Project project, SqlRequest request, string queryId, bool whole, Work work)
    {
        var cancellation = work.Entry.Token;
        work.Turn = await _turns.TakeAsync(project.Id, cancellation);
        if (work.Turn is null)
        {
            return new SqlRefusal(SqlRefusalReason.Busy,
                $"{_options.Value.ConcurrentPerProject} statements of this project run already. Try again in a moment.");
        }
        var prepared = await PrepareAsync(project, request, cancellation);
        if (prepared is SqlOutcome<Prepared>.Refused unprepared)
        {
            return unprepared.Refusal;
        }
        var statement = ((SqlOutcome<Prepared>.Done)prepared).Value;
        if (!request.Confirm && await RefusalOfCostAsync(statement, cancellation) is { } expensive)
        {
            return expensive;
        }
        var cap = _options.Value.MaximumRows;
        var limit = Math.Clamp(request.Limit ?? (statement.Statement.HasLimit ? cap : SqlOptions.DefaultLimit), 1, cap);
        // One row more tells whether there are more.
        var opened = await _connection.RunAsync(
            statement.Statement, statement.Scope, statement.Parameters, limit + 1, queryId, waitForEnd: !whole, cancellation);
        return opened is SqlOutcome<SandboxRows>.Done { Value: var rows }
            ? new SqlResult(rows, work, limit, queryId, statement.Statement.Text)
            : ((SqlOutcome<SandboxRows>.Refused)opened).Refusal;
    }

    async Task<SqlOutcome<Prepared>> PrepareAsync(
        Project project, SqlRequest request, CancellationToken cancellationToken, ExpressionPlace? place = null)
    {
        var bound = Variables.Read(request.Variables);
        if (bound is SqlOutcome<Variables>.Refused misfit)
        {
            return misfit.Refusal;
        }
        var variables = ((SqlOutcome<Variables>.Done)bound).Value;
        var scope = await _views.EnsureAsync(project, cancellationToken);
        // The filters are ours and may use what a person may not: the statement is judged without them.
        var typed = StatementReader.Read(request.Statement, scope.Database, variables.TypeOf, filters: null);
        if (typed is SqlOutcome<RewrittenStatement>.Refused unread)
        {
            return unread.Refusal;
        }
        var statement = ((SqlOutcome<RewrittenStatement>.Done)typed).Value;
        var parameters = variables.Parameters(statement.Variables).ToList();
        if (await _check.RefusalOfAsync(statement, scope, parameters, place, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        if (request.Filters.IsEmpty || !StatementReader.HasFilters(request.Statement))
        {
            return new Prepared(statement, scope, parameters);
        }
        var clause = await FilterClause.OfAsync(project, request.Filters, scope, _filters, new RowExpressionCheck(this), _time, cancellationToken);
        if (clause is not SqlOutcome<FilterClause>.Done { Value: var (condition, values) })
        {
            return ((SqlOutcome<FilterClause>.Refused)clause).Refusal;
        }
        var filtered = StatementReader.Read(request.Statement, scope.Database, variables.TypeOf, condition);
        parameters.AddRange(values.Select(parameter => (parameter.Name, ParameterText.Of(parameter.Value))));
        return new Prepared(((SqlOutcome<RewrittenStatement>.Done)filtered).Value, scope, parameters);
    }

    async Task<SqlRefusal?> RefusalOfCostAsync(Prepared statement, CancellationToken cancellationToken) =>
        await EstimateAsync(statement, cancellationToken) switch
        {
            SqlOutcome<long>.Refused refused => refused.Refusal,
            SqlOutcome<long>.Done { Value: var rows } when rows > _options.Value.HeavyRows => new SqlRefusal(
                SqlRefusalReason.NeedsConfirmation,
                $"The statement would read about {rows:n0} rows. Narrow the time range, or confirm that it shall run.", EstimatedRows: rows),
            _ => null,
        };

    Task<SqlOutcome<long>> EstimateAsync(Prepared statement, CancellationToken cancellationToken) =>
        _connection.EstimateAsync(statement.Statement, statement.Scope, statement.Parameters, cancellationToken);

    static bool Unbalanced(string text, List<SqlToken> tokens)
    {
        var depth = 0;
        foreach (var token in tokens)
        {
            depth += token.IsSymbol(text, '(') ? 1 : token.IsSymbol(text, ')') ? -1 : 0;
            if (depth < 0)
            {
                return true;
            }
        }
        return depth != 0;
    }

    static string QueryId(int projectId, string clientQueryId) => $"sql-{projectId}-{clientQueryId}";

    static readonly SqlRefusal Cancelled = new(SqlRefusalReason.Cancelled, "The statement was cancelled.");

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z")]
    static partial Regex ClientId { get; }

    sealed record Prepared(RewrittenStatement Statement, SandboxScope Scope, List<(string Name, string Text)> Parameters);

    internal sealed class Work(RunningStatements.Entry entry) : IDisposable
    {
        public RunningStatements.Entry Entry => entry;
        public IDisposable? Turn { get; set; }

        public void Dispose()
        {
            Turn?.Dispose();
            entry.Dispose();
        }
    }
}
