using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.Persons;
using HttpJson = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Prickle.Cohorts.Listing;

/// <summary><c>/api/projects/{project}/cohorts</c>.</summary>
static class CohortEndpoints
{
    public static void Map(RouteGroupBuilder project)
    {
        var cohorts = project.MapGroup("/cohorts").WithTags("cohorts");
        cohorts.MapGet("", ListAsync).Requires(Resource.Cohort, Level.Read).WithSummary("Lists cohorts by name");
        cohorts.MapPost("", CreateAsync).Requires(Resource.Cohort, Level.Write).WithSummary("Makes a cohort");
        cohorts.MapPost("/preview", PreviewAsync).Requires(Resource.Cohort, Level.Read).WithSummary("Counts the people that criteria would give");
        cohorts.MapGet("/{id:int}", FindAsync).Requires(Resource.Cohort, Level.Read).WithSummary("Gives a cohort and what uses it");
        cohorts.MapPatch("/{id:int}", UpdateAsync).Requires(Resource.Cohort, Level.Write).WithSummary("Changes what the body names");
        cohorts.MapDelete("/{id:int}", DeleteAsync).Requires(Resource.Cohort, Level.Write)
            .WithSummary("Deletes a cohort").WithDescription("Refused while something uses it, unless `force=true`.");
        cohorts.MapPost("/{id:int}/recalculate", RecalculateAsync).Requires(Resource.Cohort, Level.Write).WithSummary("Asks for a calculation now");
        cohorts.MapGet("/{id:int}/persons", PersonsAsync).Requires(Resource.Person, Level.Read).WithSummary("Lists the members");
        cohorts.MapPatch("/{id:int}/add_persons_to_static_cohort", AddAsync).Requires(Resource.Cohort, Level.Write).WithSummary("Adds people to a static cohort");
        cohorts.MapPatch("/{id:int}/remove_person_from_static_cohort", RemoveAsync).Requires(Resource.Cohort, Level.Write)
            .WithSummary("Takes a person out of a static cohort");
        cohorts.MapPost("/{id:int}/upload", UploadAsync).Requires(Resource.Cohort, Level.Write)
            .WithSummary("Adds the people of a CSV file, sent as the body");
    }

    static async Task<ApiPage<CohortItem>> ListAsync(
        ProjectGrant grant, Paging paging, HttpRequest request, CohortQueries cohorts, CancellationToken cancellationToken,
        [FromQuery] string? search = null) =>
        paging.PageOf(request, [.. (await cohorts.ListAsync(grant.ProjectId, cancellationToken))
            .Where(cohort => search is null || cohort.Settings.Name.Contains(search, StringComparison.OrdinalIgnoreCase)).Select(CohortItem.Of)]);

    static async Task<Results<Created<CohortItem>, ProblemHttpResult>> CreateAsync(
        ProjectGrant grant, CohortSettings settings, CohortAdministration cohorts, CancellationToken cancellationToken) =>
        (await cohorts.CreateAsync(grant, settings, cancellationToken)).Match<Results<Created<CohortItem>, ProblemHttpResult>>(
            made => TypedResults.Created($"/api/projects/{grant.ProjectId}/cohorts/{made.Id}", CohortItem.Of(made)),
            refusal => ApiProblem.From(refusal));

    static async Task<Results<Ok<CohortPreview>, ProblemHttpResult>> PreviewAsync(
        ProjectGrant grant, CohortSettings settings, CohortQueries cohorts, CancellationToken cancellationToken) =>
        settings.CheckCriteria() is { } refusal
            ? ApiProblem.From(refusal)
            : TypedResults.Ok(new CohortPreview(await cohorts.PreviewAsync(grant.ProjectId, settings.Filters.Properties, cancellationToken)));

    static async Task<Results<Ok<CohortItem>, ProblemHttpResult>> FindAsync(
        ProjectGrant grant, int id, CohortQueries cohorts, CohortAdministration administration, CancellationToken cancellationToken) =>
        await cohorts.FindAsync(grant.ProjectId, id, cancellationToken) is { } found
            ? TypedResults.Ok(CohortItem.Of(found) with { UsedBy = await administration.UsesAsync(grant.ProjectId, id, cancellationToken) })
            : NotFound;

    static async Task<Results<Ok<CohortItem>, ProblemHttpResult>> UpdateAsync(
        ProjectGrant grant, int id, JsonObject patch, CohortQueries cohorts, CohortAdministration administration, IOptions<HttpJson> json,
        CancellationToken cancellationToken)
    {
        if (await cohorts.FindAsync(grant.ProjectId, id, cancellationToken) is not { } current)
        {
            return NotFound;
        }
        return MergePatch.TryApply(current.Settings, patch, json.Value.SerializerOptions, out var settings, out var attribute)
            ? Reply(await administration.UpdateAsync(grant, id, settings, cancellationToken))
            : ApiProblem.Invalid(attribute, "The value does not have the expected form.");
    }

    static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        ProjectGrant grant, int id, CohortAdministration cohorts, CancellationToken cancellationToken, [FromQuery] bool force = false) =>
        (await cohorts.DeleteAsync(grant, id, force, cancellationToken)).Match<Results<NoContent, ProblemHttpResult>>(
            _ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));

    static async Task<Results<Ok<CohortItem>, ProblemHttpResult>> RecalculateAsync(
        ProjectGrant grant, int id, CohortAdministration cohorts, CancellationToken cancellationToken) =>
        Reply(await cohorts.RecalculateAsync(grant, id, cancellationToken));

    static async Task<Results<Ok<ApiPage<CohortMember>>, ProblemHttpResult>> PersonsAsync(
        ProjectGrant grant, int id, Paging paging, HttpRequest request, CohortQueries cohorts, PersonQueries persons, CancellationToken cancellationToken)
    {
        if (await cohorts.FindAsync(grant.ProjectId, id, cancellationToken) is not { } cohort)
        {
            return NotFound;
        }
        var members = new List<CohortMember>();
        foreach (var member in await cohorts.MembersAsync(grant.ProjectId, id, paging.Limit, paging.Offset, cancellationToken))
        {
            var person = await persons.FindAsync(grant.ProjectId, member, cancellationToken);
            members.Add(new CohortMember(member, person?.Name, person?.DistinctIds ?? [], person?.Properties));
        }
        return TypedResults.Ok(paging.Page(request, cohort.Count ?? 0, members));
    }

    static async Task<Results<Ok<CohortAddition>, ProblemHttpResult>> AddAsync(
        ProjectGrant grant, int id, CohortPeople people, CohortUpload upload, CancellationToken cancellationToken) =>
        Reply(await upload.AddValuesAsync(
            grant, id, [.. (people.PersonIds ?? []).Select(person => $"{person}").Concat(people.DistinctIds ?? []).Distinct()], cancellationToken));

    static async Task<Results<Ok<CohortItem>, ProblemHttpResult>> RemoveAsync(
        ProjectGrant grant, int id, CohortPerson person, CohortAdministration cohorts, CancellationToken cancellationToken) =>
        Reply(await cohorts.RemoveAsync(grant, id, [person.PersonId], cancellationToken));

    static async Task<Results<Ok<CohortAddition>, ProblemHttpResult>> UploadAsync(
        ProjectGrant grant, int id, HttpRequest request, CohortUpload upload, CancellationToken cancellationToken)
    {
        if (request.ContentLength is null or > CohortUpload.LargestFile)
        {
            return ApiProblem.Invalid("csv", $"Send the file as the body, at most {CohortUpload.LargestFile / 1024 / 1024} MB, with its length.");
        }
        return Reply(await upload.AddAsync(grant, id, request.Body, cancellationToken));
    }

    static ProblemHttpResult NotFound => ApiProblem.NotFound("Cohort not found.");

    static Results<Ok<CohortItem>, ProblemHttpResult> Reply(Outcome<CohortProfile> outcome) =>
        outcome.Match<Results<Ok<CohortItem>, ProblemHttpResult>>(
            cohort => TypedResults.Ok(CohortItem.Of(cohort)), refusal => ApiProblem.From(refusal));

    static Results<Ok<CohortAddition>, ProblemHttpResult> Reply(Outcome<CohortAddition> outcome) =>
        outcome.Match<Results<Ok<CohortAddition>, ProblemHttpResult>>(
            addition => TypedResults.Ok(addition), refusal => ApiProblem.From(refusal));
}

/// <summary>How many people there would be.</summary>
public sealed record CohortPreview(long Count);

/// <summary>People by their person ids or distinct ids.</summary>
public sealed record CohortPeople(IReadOnlyList<Guid>? PersonIds = null, IReadOnlyList<string>? DistinctIds = null);

/// <summary>One person.</summary>
public sealed record CohortPerson(Guid PersonId);

/// <summary>A member; of somebody without a profile nothing but the id is known.</summary>
public sealed record CohortMember(Guid Id, string? Name, IReadOnlyList<string> DistinctIds, JsonElement? Properties);

/// <summary>A cohort in the field's shape.</summary>
public sealed record CohortItem(
    int Id, string Name, string Description, bool IsStatic, CohortFilters Filters, long? Count, DateTimeOffset? LastCalculation, bool IsCalculating,
    string? Error, string CreatedBy, DateTimeOffset CreatedAt)
{
    /// <summary>Given for one cohort, not in lists.</summary>
    public IReadOnlyList<CohortUse>? UsedBy { get; init; }

    internal static CohortItem Of(CohortProfile cohort) => new(
        cohort.Id, cohort.Settings.Name, cohort.Settings.Description, cohort.Settings.IsStatic, cohort.Settings.Filters, cohort.Count,
        cohort.CalculatedAt, cohort.IsCalculating, cohort.Error, cohort.CreatedBy, cohort.CreatedAt);
}
