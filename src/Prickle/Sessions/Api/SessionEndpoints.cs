using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.Filters;

namespace Prickle.Sessions.Api;

/// <summary>Sessions over HTTP.</summary>
static class SessionEndpoints
{
    public static void MapSessionEndpoints(this RouteGroupBuilder project)
    {
        var sessions = project.MapGroup("/sessions").WithTags("Sessions");
        sessions.MapGet("/", ListAsync).Requires(Resource.Session, Level.Read)
            .WithSummary("Lists sessions, latest first")
            .WithDescription("Filters: `person_id`, `after` and `before` (of the start, ISO 8601), `min_duration` in seconds, `search`, `properties` (a JSON array of `{key, value, operator, type}` of the types session, person and cohort, or a group of them).");
        sessions.MapGet("/{sessionId}", FindAsync).Requires(Resource.Session, Level.Read).WithSummary("Gives one session");
    }

    static async Task<Results<Ok<SessionPage>, ProblemHttpResult>> ListAsync(
        ProjectGrant grant, SessionQueries queries, Paging paging, string? person_id, DateTimeOffset? after, DateTimeOffset? before,
        double? min_duration, string? search, string? properties, CancellationToken cancellationToken)
    {
        Guid? personId = null;
        if (!string.IsNullOrEmpty(person_id))
        {
            if (!Guid.TryParse(person_id, CultureInfo.InvariantCulture, out var id))
            {
                return ApiProblem.Invalid("person_id", "person_id must be a UUID.");
            }
            personId = id;
        }
        if (min_duration is < 0 or > 86_400 or double.NaN)
        {
            return ApiProblem.Invalid("min_duration", "min_duration is in seconds, at most a day.");
        }
        if (FilterGroup.Read(properties) is not { } conditions)
        {
            return ApiProblem.Invalid("properties", "properties must be a JSON array of {key, value, operator, type}, or a group {type, values}.");
        }
        if (FilterCheck.Refuse(conditions, FilterTypes.Of(FilterRow.Sessions)) is { } refusal)
        {
            return ApiProblem.From(refusal);
        }
        var filter = new SessionFilter
        {
            ProjectId = grant.ProjectId,
            PersonId = personId,
            After = after,
            Before = before,
            AtLeast = min_duration is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Search = search ?? "",
            Properties = conditions,
            Zone = grant.Project.Zone,
        };
        var found = await queries.ListAsync(filter, paging.Limit + 1, paging.Offset, cancellationToken: cancellationToken);
        return TypedResults.Ok(new SessionPage(found.Count > paging.Limit, [.. found.Take(paging.Limit).Select(SessionReply.Of)]));
    }

    static async Task<Results<Ok<SessionReply>, ProblemHttpResult>> FindAsync(
        ProjectGrant grant, SessionQueries queries, string sessionId, CancellationToken cancellationToken) =>
        await queries.FindAsync(grant.ProjectId, sessionId, cancellationToken) is { } session
            ? TypedResults.Ok(SessionReply.Of(session))
            : ApiProblem.NotFound("Session not found.");
}
