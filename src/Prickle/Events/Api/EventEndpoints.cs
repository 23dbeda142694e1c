using System.Data.Common;
using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.Filters;

namespace Prickle.Events.Api;

/// <summary>Stored events over HTTP, in the shapes that existing scripts read.</summary>
static class EventEndpoints
{
    public static void MapEventEndpoints(this RouteGroupBuilder project)
    {
        var events = project.MapGroup("/events").WithTags("Events");
        events.MapGet("/", ListAsync).Requires(Resource.Event, Level.Read)
            .WithSummary("Lists events, newest first")
            .WithDescription(
                "Filters: `event`, `person_id`, `distinct_id`, `after`, `before` (ISO 8601), `properties` (a JSON array of "
                + "`{key, value, operator, type}`). `limit` is at most 1000. `next` leads on and stays right while events arrive.");
        events.MapGet("/{uuid}", FindAsync).Requires(Resource.Event, Level.Read)
            .WithSummary("Gives one event with its elements");
    }

    static async Task<Results<Ok<EventPage>, ProblemHttpResult>> ListAsync(
        ProjectGrant grant, EventQueries queries, [FromServices] IExpressionCheck expressions, Paging paging, HttpRequest request,
        CancellationToken cancellationToken)
    {
        if (EventListRequest.Read(request.Query, grant.ProjectId, out var problem) is not { } wanted)
        {
            return problem!;
        }
        var asked = await CheckedExpressions.OfListAsync(wanted.Filter.Properties, grant.Project, ExpressionPlace.Event, expressions, cancellationToken);
        if (asked is not Outcome<CheckedExpressions>.Done { Value: var passed })
        {
            return ApiProblem.From(((Outcome<CheckedExpressions>.Refused)asked).Refusal);
        }
        try
        {
            // One more than wanted tells whether there is a next page.
            var found = await queries.ListAsync(
                wanted.Filter with { Zone = grant.Project.Zone, Expressions = passed }, paging.Limit + 1, wanted.Cursor, paging.Offset, cancellationToken: cancellationToken);
            var shown = found.Take(paging.Limit).ToList();
            return TypedResults.Ok(new EventPage(
                found.Count > paging.Limit ? NextOf(request, new EventCursor(shown[^1].Timestamp, shown[^1].Uuid)) : null,
                [.. shown.Select(EventReply.Of)]));
        }
        catch (DbException failure) when (passed.RefusalOf(failure) is not null)
        {
            return ApiProblem.From(passed.RefusalOf(failure)!);
        }
    }

    static async Task<Results<Ok<EventReply>, ProblemHttpResult>> FindAsync(
        ProjectGrant grant, EventQueries queries, string uuid, CancellationToken cancellationToken) =>
        Guid.TryParse(uuid, CultureInfo.InvariantCulture, out var id)
        && await queries.FindAsync(grant.ProjectId, id, cancellationToken) is { } found
            ? TypedResults.Ok(EventReply.Of(found))
            : ApiProblem.NotFound("Event not found.");

    static string NextOf(HttpRequest request, EventCursor cursor)
    {
        var query = QueryHelpers.ParseQuery(request.QueryString.Value);
        query["cursor"] = cursor.ToString();
        query.Remove("offset");
        return UriHelper.BuildAbsolute(request.Scheme, request.Host, request.PathBase, request.Path, QueryString.Create(query));
    }
}
