using System.Diagnostics;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.Sql;

namespace Prickle.Insights.Api;

/// <summary>Every question in one endpoint.</summary>
static class QueryEndpoints
{
    public static void Map(RouteGroupBuilder project)
    {
        var query = project.MapGroup("/query").WithTags("Query");
        query.MapPost("", AskAsync).Requires(Resource.Query, Level.Read)
            .WithSummary("Asks a question")
            .WithDescription(
                "`query` is a TrendsQuery, FunnelsQuery, RetentionQuery, StickinessQuery, LifecycleQuery or PathsQuery; an ActorsQuery "
                + "(`source`, `selection`, `search`, `offset`, `limit`: who is behind a number); or a HogQLQuery (`query`: SQL). "
                + "`refresh` is blocking, force_blocking or force_cache.")
            .Produces<QueryReply>().Produces<ActorsReply>().ProducesProblem(StatusCodes.Status400BadRequest);
        query.MapDelete("/{clientQueryId}", Stop).Requires(Resource.Query, Level.Read)
            .WithSummary("Stops a running query by the client_query_id it was sent with");
    }

    static async Task<IResult> AskAsync(
        QueryRequest request, ProjectGrant grant, IInsightQueries queries, RunningQueries running, AnswerSqlQuery sql, CancellationToken cancellationToken)
    {
        if (request.Freshness is not { } refresh)
        {
            return ApiProblem.Invalid("refresh", "refresh is blocking, force_blocking or force_cache.");
        }
        return await running.RunAsync(
            grant.ProjectId, request.ClientQueryId,
            stop => Kind(request.Question) switch
            {
                "ActorsQuery" => ActorsAsync(request.Question, grant, queries, stop),
                "HogQLQuery" or "SqlQuery" => SqlAsync(request, grant, sql, stop),
                _ => QuestionAsync(request.Question, refresh, grant, queries, stop),
            },
            cancellationToken) ?? ApiProblem.Invalid("client_query_id", "The query was stopped.", "stopped");
    }

    static async Task<IResult> QuestionAsync(
        JsonElement question, Refresh refresh, ProjectGrant grant, IInsightQueries queries, CancellationToken cancellationToken) =>
        InsightJson.Read(question, out var why) is { } query
            ? (await queries.AskAsync(grant.Project, query, refresh, cancellationToken)).Match<IResult>(
                answer => TypedResults.Ok(QueryReply.Of(answer)), refusal => ApiProblem.From(refusal))
            : ApiProblem.Invalid("query", why);

    static async Task<IResult> ActorsAsync(JsonElement json, ProjectGrant grant, IInsightQueries queries, CancellationToken cancellationToken)
    {
        if (ReadActors(json, out var why) is not { } request || InsightJson.Read(request.Source, out why) is not { } source)
        {
            return ApiProblem.Invalid("query", why);
        }
        var (offset, limit) = (Math.Max(0, request.Offset), Math.Clamp(request.Limit, 1, Paging.MaximumLimit));
        var found = await queries.ActorsAsync(
            grant.Project, source, request.Selection ?? new ActorsSelection(), request.Search, offset, limit, cancellationToken);
        return found.Match<IResult>(
            page => TypedResults.Ok(new ActorsReply(page.Count, offset + page.Actors.Count < page.Count, offset, limit, page.Actors)),
            refusal => ApiProblem.From(refusal));
    }

    static async Task<IResult> SqlAsync(QueryRequest request, ProjectGrant grant, AnswerSqlQuery sql, CancellationToken cancellationToken) =>
        AnswerSqlQuery.Read(request.Question, request.Confirm, request.ClientQueryId) switch
        {
            SqlOutcome<SqlRequest>.Done { Value: var statement } => await sql.RunAsync(grant, statement, cancellationToken) switch
            {
                SqlOutcome<SqlAnswer>.Done { Value: var answer } => TypedResults.Ok(answer),
                SqlOutcome<SqlAnswer>.Refused { Refusal: var refusal } => SqlProblem.From(refusal),
                _ => throw new UnreachableException(),
            },
            SqlOutcome<SqlRequest>.Refused { Refusal: var refusal } => SqlProblem.From(refusal),
            _ => throw new UnreachableException(),
        };

    static IResult Stop(string clientQueryId, ProjectGrant grant, RunningQueries running) =>
        running.Stop(grant.ProjectId, clientQueryId) ? TypedResults.NoContent() : ApiProblem.NotFound("No such query is running.");

    static ActorsRequest? ReadActors(JsonElement json, out string why)
    {
        why = "An ActorsQuery has a source.";
        try
        {
            return json.Deserialize<ActorsRequest>(InsightJson.Options) is { Source.ValueKind: JsonValueKind.Object } request ? request : null;
        }
        catch (JsonException failure)
        {
            why = failure.Message;
            return null;
        }
    }

    static string Kind(JsonElement query) =>
        query.ValueKind == JsonValueKind.Object && query.TryGetProperty("kind", out var kind) ? kind.ToString() : "";
}
