using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Prickle.Accounts;
using Prickle.Api;

namespace Prickle.Sql.Api;

/// <summary>What surrounds SQL in the API; statements themselves run through <c>POST /query</c>.</summary>
static class SqlEndpoints
{
    public static void Map(RouteGroupBuilder project)
    {
        var sql = project.MapGroup("/sql").WithTags("SQL");
        sql.MapPost("/check", CheckAsync).Requires(Resource.Query, Level.Read)
            .WithSummary("Checks a statement without running it; gives what it would read");
        sql.MapPost("/explain", ExplainAsync).Requires(Resource.Query, Level.Read).WithSummary("Explains how a statement would run");
        sql.MapPost("/export", SqlDownload.SendAsync).Requires(Resource.Query, Level.Read)
            .WithSummary("Runs a statement and streams the whole result, up to the cap, as CSV or JSON (`format`)");
        sql.MapGet("/schema", SchemaAsync).Requires(Resource.Query, Level.Read).WithSummary("Lists tables, columns and properties");
        sql.MapDelete("/running/{clientQueryId}", CancelAsync).Requires(Resource.Query, Level.Read).WithSummary("Stops a running statement by its `client_query_id`");
        sql.MapGet("/running/{clientQueryId}", ProgressAsync).Requires(Resource.Query, Level.Read).WithSummary("Tells how far a running statement is");
        sql.MapGet("/history", HistoryAsync).Requires(Resource.Query, Level.Read).WithSummary("Lists the statements you ran");
        sql.MapDelete("/history", ForgetAllAsync).Requires(Resource.Query, Level.Read).WithSummary("Forgets the statements you ran");
        sql.MapDelete("/history/{id:guid}", ForgetAsync).Requires(Resource.Query, Level.Read).WithSummary("Forgets one statement you ran");
        sql.MapGet("/queries", ListAsync).Requires(Resource.Query, Level.Read).WithSummary("Lists saved queries");
        sql.MapPost("/queries", CreateAsync).Requires(Resource.Query, Level.Write).WithSummary("Saves a query");
        sql.MapGet("/queries/{id:guid}", FindAsync).Requires(Resource.Query, Level.Read).WithSummary("Gets a saved query");
        sql.MapPatch("/queries/{id:guid}", UpdateAsync).Requires(Resource.Query, Level.Write).WithSummary("Changes a saved query");
        sql.MapDelete("/queries/{id:guid}", DeleteAsync).Requires(Resource.Query, Level.Write).WithSummary("Deletes a saved query");
    }

    static async Task<Results<Ok<SqlEstimate>, ProblemHttpResult>> CheckAsync(
        ProjectGrant grant, JsonElement query, SqlSandbox sandbox, CancellationToken cancellationToken) =>
        AnswerSqlQuery.Read(query, confirm: false, null) switch
        {
            SqlOutcome<SqlRequest>.Done { Value: var request } => await sandbox.CheckAsync(grant.Project, request, cancellationToken) switch
            {
                SqlOutcome<SqlEstimate>.Done { Value: var estimate } => TypedResults.Ok(estimate),
                SqlOutcome<SqlEstimate>.Refused { Refusal: var refusal } => SqlProblem.From(refusal),
                _ => throw new InvalidOperationException(),
            },
            SqlOutcome<SqlRequest>.Refused { Refusal: var refusal } => SqlProblem.From(refusal),
            _ => throw new InvalidOperationException(),
        };

    static async Task<Results<Ok<ExplainReply>, ProblemHttpResult>> ExplainAsync(
        ProjectGrant grant, JsonElement query, SqlSandbox sandbox, CancellationToken cancellationToken) =>
        AnswerSqlQuery.Read(query, confirm: false, null) switch
        {
            SqlOutcome<SqlRequest>.Done { Value: var request } => await sandbox.ExplainAsync(grant.Project, request, cancellationToken) switch
            {
                SqlOutcome<string>.Done { Value: var plan } => TypedResults.Ok(new ExplainReply(plan)),
                SqlOutcome<string>.Refused { Refusal: var refusal } => SqlProblem.From(refusal),
                _ => throw new InvalidOperationException(),
            },
            SqlOutcome<SqlRequest>.Refused { Refusal: var refusal } => SqlProblem.From(refusal),
            _ => throw new InvalidOperationException(),
        };

    static async Task<Ok<SchemaReply>> SchemaAsync(ProjectGrant grant, SqlSchema schema, CancellationToken cancellationToken) =>
        TypedResults.Ok(new SchemaReply(
            await schema.TablesAsync(grant.Project, cancellationToken), await schema.FunctionsAsync(cancellationToken)));

    static async Task<NoContent> CancelAsync(
        ProjectGrant grant, string clientQueryId, SqlSandbox sandbox, CancellationToken cancellationToken)
    {
        await sandbox.CancelAsync(grant.ProjectId, clientQueryId, cancellationToken);
        return TypedResults.NoContent();
    }

    static async Task<Results<Ok<SqlProgress>, ProblemHttpResult>> ProgressAsync(
        ProjectGrant grant, string clientQueryId, SqlSandbox sandbox, CancellationToken cancellationToken) =>
        await sandbox.ProgressAsync(grant.ProjectId, clientQueryId, cancellationToken) is { } progress
            ? TypedResults.Ok(progress)
            : ApiProblem.NotFound("No statement of this client_query_id is running.");

    static async Task<Ok<ApiPage<SqlHistoryEntry>>> HistoryAsync(
        ProjectGrant grant, SqlHistory history, Paging paging, string? search, HttpRequest request, CancellationToken cancellationToken)
    {
        var (count, entries) = await history.ListAsync(grant, search ?? "", paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Page(request, count, entries));
    }

    static async Task<NoContent> ForgetAllAsync(ProjectGrant grant, SqlHistory history, CancellationToken cancellationToken)
    {
        await history.DeleteAsync(grant, null, cancellationToken);
        return TypedResults.NoContent();
    }

    static async Task<Results<NoContent, ProblemHttpResult>> ForgetAsync(
        ProjectGrant grant, Guid id, SqlHistory history, CancellationToken cancellationToken) =>
        await history.DeleteAsync(grant, id, cancellationToken) > 0 ? TypedResults.NoContent() : ApiProblem.NotFound("There is no such entry.");

    static async Task<Ok<ApiPage<SavedSqlQuery>>> ListAsync(
        ProjectGrant grant, SavedSqlQueries queries, Paging paging, string? search, HttpRequest request, CancellationToken cancellationToken)
    {
        var (count, found) = await queries.ListAsync(grant.ProjectId, search ?? "", paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Page(request, count, found));
    }

    static async Task<Results<Created<SavedSqlQuery>, ProblemHttpResult>> CreateAsync(
        ProjectGrant grant, SavedSqlQuerySettings settings, SavedSqlQueries queries, CancellationToken cancellationToken) =>
        (await queries.CreateAsync(grant, settings, cancellationToken)).Match<Results<Created<SavedSqlQuery>, ProblemHttpResult>>(
            query => TypedResults.Created($"/api/projects/{grant.ProjectId}/sql/queries/{query.Id}", query), refusal => ApiProblem.From(refusal));

    static async Task<Results<Ok<SavedSqlQuery>, ProblemHttpResult>> FindAsync(
        ProjectGrant grant, Guid id, SavedSqlQueries queries, CancellationToken cancellationToken) =>
        await queries.FindAsync(grant.ProjectId, id, cancellationToken) is { } query
            ? TypedResults.Ok(query)
            : ApiProblem.NotFound("There is no such saved query.");

    static async Task<Results<Ok<SavedSqlQuery>, ProblemHttpResult>> UpdateAsync(
        ProjectGrant grant, Guid id, JsonObject patch, SavedSqlQueries queries, IOptions<JsonOptions> json, CancellationToken cancellationToken)
    {
        if (await queries.FindAsync(grant.ProjectId, id, cancellationToken) is not { } current)
        {
            return ApiProblem.NotFound("There is no such saved query.");
        }
        if (!MergePatch.TryApply(current.ToSettings(), patch, json.Value.SerializerOptions, out var settings, out var attribute))
        {
            return ApiProblem.Invalid(attribute, "The value has the wrong type.");
        }
        return (await queries.UpdateAsync(grant, id, settings, cancellationToken)).Match<Results<Ok<SavedSqlQuery>, ProblemHttpResult>>(
            query => TypedResults.Ok(query), refusal => ApiProblem.From(refusal));
    }

    static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        ProjectGrant grant, Guid id, SavedSqlQueries queries, CancellationToken cancellationToken) =>
        (await queries.DeleteAsync(grant, id, cancellationToken)).Match<Results<NoContent, ProblemHttpResult>>(
            _ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));
}

/// <summary>The plan of a statement.</summary>
public sealed record ExplainReply(string Plan);

/// <summary>What statements can name.</summary>
public sealed record SchemaReply(IReadOnlyList<SqlTable> Tables, IReadOnlyList<string> Functions);
