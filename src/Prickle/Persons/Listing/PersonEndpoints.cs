using System.Data.Common;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.Filters;

namespace Prickle.Persons.Listing;

/// <summary><c>/api/projects/{project}/persons</c>.</summary>
static class PersonEndpoints
{
    public static void Map(RouteGroupBuilder project)
    {
        var persons = project.MapGroup("/persons").WithTags("persons");
        persons.MapGet("", ListAsync).Requires(Resource.Person, Level.Read);
        persons.MapGet("/{id:guid}", FindAsync).Requires(Resource.Person, Level.Read);
        persons.MapDelete("/{id:guid}", DeleteAsync).Requires(Resource.Person, Level.Write).WithSummary("Deletes a person for good")
            .WithDescription("With `delete_events=true` what they did goes too; else it stays as that of visitors nobody knows.");
        persons.MapGet("/{id:guid}/merges", MergesAsync).Requires(Resource.Person, Level.Read);
        persons.MapPost("/{id:guid}/merge", MergeAsync).Requires(Resource.Person, Level.Write);
        persons.MapPost("/merges/{mergeId:guid}/undo", UndoAsync).Requires(Resource.Person, Level.Write);
    }

    static async Task<Results<Ok<ApiPage<PersonItem>>, ProblemHttpResult>> ListAsync(
        ProjectGrant grant, Paging paging, HttpRequest request, PersonQueries persons, [FromServices] IExpressionCheck expressions,
        CancellationToken cancellationToken, [FromQuery] string? search = null, [FromQuery(Name = "distinct_id")] string? distinctId = null,
        [FromQuery(Name = "is_identified")] bool? isIdentified = null, [FromQuery] string? properties = null)
    {
        if (FilterGroup.Read(properties) is not { } conditions)
        {
            return ApiProblem.Invalid("properties", "properties must be a JSON array of {key, value, operator, type}, or a group {type, values}.");
        }
        if (FilterCheck.Refuse(conditions, FilterTypes.Of(FilterRow.Persons)) is { } refusal)
        {
            return ApiProblem.From(refusal);
        }
        var asked = await CheckedExpressions.OfListAsync(conditions, grant.Project, ExpressionPlace.Person, expressions, cancellationToken);
        if (asked is not Outcome<CheckedExpressions>.Done { Value: var passed })
        {
            return ApiProblem.From(((Outcome<CheckedExpressions>.Refused)asked).Refusal);
        }
        var filter = new PersonFilter(grant.ProjectId)
        {
            Search = search ?? "",
            DistinctId = distinctId,
            IsIdentified = isIdentified,
            Properties = conditions,
            Zone = grant.Project.Zone,
            Expressions = passed,
        };
        try
        {
            var count = await persons.CountAsync(filter, cancellationToken);
            var found = await persons.ListAsync(filter, paging.Limit, paging.Offset, cancellationToken);
            return TypedResults.Ok(paging.Page(request, count, [.. found.Select(PersonItem.Of)]));
        }
        catch (DbException failure) when (passed.RefusalOf(failure) is not null)
        {
            return ApiProblem.From(passed.RefusalOf(failure)!);
        }
    }

    static async Task<Results<Ok<PersonItem>, ProblemHttpResult>> FindAsync(
        ProjectGrant grant, Guid id, PersonQueries persons, CancellationToken cancellationToken) =>
        await persons.FindAsync(grant.ProjectId, id, cancellationToken) is { } person
            ? TypedResults.Ok(PersonItem.Of(person))
            : ApiProblem.NotFound("Person not found.");

    static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        ProjectGrant grant, Guid id, PersonDeletion deletion, CancellationToken cancellationToken, [FromQuery(Name = "delete_events")] bool deleteEvents = false) =>
        (await deletion.DeleteAsync(grant, id, deleteEvents, cancellationToken)).Match<Results<NoContent, ProblemHttpResult>>(
            _ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));

    static async Task<ApiPage<PersonMergeEntry>> MergesAsync(
        ProjectGrant grant, Guid id, Paging paging, HttpRequest request, PersonQueries persons, CancellationToken cancellationToken) =>
        paging.PageOf(request, await persons.MergesAsync(grant.ProjectId, id, cancellationToken));

    static async Task<Results<Ok<MergeReply>, ProblemHttpResult>> MergeAsync(
        ProjectGrant grant, Guid id, MergeRequest request, PersonMerging merging, CancellationToken cancellationToken) =>
        ReplyTo(await merging.MergeAsync(grant, id, request.SourceId, cancellationToken));

    static async Task<Results<Ok<MergeReply>, ProblemHttpResult>> UndoAsync(
        ProjectGrant grant, Guid mergeId, PersonMerging merging, CancellationToken cancellationToken) =>
        ReplyTo(await merging.UndoAsync(grant, mergeId, cancellationToken));

    static Results<Ok<MergeReply>, ProblemHttpResult> ReplyTo(Outcome<Guid> outcome) =>
        outcome.Match<Results<Ok<MergeReply>, ProblemHttpResult>>(
            merge => TypedResults.Ok(new MergeReply(merge)), refusal => ApiProblem.From(refusal));
}

/// <summary>Which person to make part of the one in the path.</summary>
public sealed record MergeRequest(Guid SourceId);

/// <summary>The merge, for undoing it.</summary>
public sealed record MergeReply(Guid MergeId);

/// <summary>A person in the field's shape.</summary>
public sealed record PersonItem(
    Guid Id, Guid Uuid, string Name, IReadOnlyList<string> DistinctIds, JsonElement Properties, bool IsIdentified, DateTimeOffset CreatedAt)
{
    internal static PersonItem Of(PersonProfile person) => new(
        person.Id, person.Id, person.Name, person.DistinctIds, person.Properties, person.IsIdentified, person.CreatedAt);
}
