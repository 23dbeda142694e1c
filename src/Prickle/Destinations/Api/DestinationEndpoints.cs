using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Api;

namespace Prickle.Destinations.Api;

/// <summary><c>/api/projects/{project}/destinations</c>.</summary>
static class DestinationEndpoints
{
    static readonly DestinationDraft Nothing = new("", "", new Dictionary<string, string>());

    public static void Map(RouteGroupBuilder project)
    {
        var destinations = project.MapGroup("/destinations").WithTags("destinations");
        destinations.MapGet("", ListAsync).Requires(Resource.Destination, Level.Read).WithSummary("Lists destinations")
            .WithDescription("`search`, `kind` and `enabled` narrow; `order` is name, kind, last_used_at, created_at or updated_at, with a minus for descending.");
        destinations.MapPost("", CreateAsync).Requires(Resource.Destination, Level.Write).WithSummary("Makes a destination")
            .WithDescription("`kind`, `name`, `fields` (texts by the names that `/kinds` gives). Secrets are never given back.");
        destinations.MapGet("/kinds", Kinds).Requires(Resource.Destination, Level.Read).WithSummary("Lists the kinds of destinations with their fields");
        destinations.MapGet("/{id:guid}", FindAsync).Requires(Resource.Destination, Level.Read).WithSummary("Gives a destination and what uses it");
        destinations.MapPatch("/{id:guid}", UpdateAsync).Requires(Resource.Destination, Level.Write).WithSummary("Changes what the body names")
            .WithDescription("A secret that is left out, or empty, stays. With `version` the change is refused when somebody was quicker.");
        destinations.MapDelete("/{id:guid}", DeleteAsync).Requires(Resource.Destination, Level.Write).WithSummary("Deletes a destination").WithDescription("Refused while something uses it.");
        destinations.MapPost("/{id:guid}/enable", EnableAsync).Requires(Resource.Destination, Level.Write).WithSummary("Switches a destination on, and forgets its failures")
            .WithDescription("With `enabled` false it is switched off.");
        destinations.MapPost("/{id:guid}/test", TestAsync).Requires(Resource.Destination, Level.Write).WithSummary("Sends a message that says it is a test")
            .WithDescription("`fields` says what only you know: the channel, the repository, the address. Secrets are masked in what comes back.");
    }

    static async Task<ApiPage<DestinationItem>> ListAsync(
        ProjectGrant grant, Paging paging, HttpRequest request, DestinationQueries destinations, CancellationToken cancellationToken,
        [FromQuery] string? search = null, [FromQuery] string? kind = null, [FromQuery] bool? enabled = null, [FromQuery] string? order = null) =>
        paging.PageOf(request, [.. (await destinations.ListAsync(
            grant.ProjectId, new DestinationFilter { Search = search ?? "", Kind = kind, IsEnabled = enabled, Order = order ?? "name" }, cancellationToken)).Select(DestinationItem.Of)]);

    static ApiPage<KindItem> Kinds(ProjectGrant grant, Paging paging, HttpRequest request, DestinationKinds kinds) => paging.PageOf(request, [.. kinds.All.Select(KindItem.Of)]);

    static async Task<Results<Created<DestinationItem>, ProblemHttpResult>> CreateAsync(
        ProjectGrant grant, JsonElement body, DestinationBook book, CancellationToken cancellationToken) =>
        DestinationBody.Read(Nothing, body) switch
        {
            Outcome<DestinationDraft>.Done(var draft) => (await book.CreateAsync(grant, draft, cancellationToken)).Match<Results<Created<DestinationItem>, ProblemHttpResult>>(
                made => TypedResults.Created($"/api/projects/{grant.ProjectId}/destinations/{made.Id}", DestinationItem.Of(made)), refusal => ApiProblem.From(refusal)),
            Outcome<DestinationDraft>.Refused(var refusal) => ApiProblem.From(refusal),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    static async Task<Results<Ok<DestinationItem>, ProblemHttpResult>> FindAsync(
        ProjectGrant grant, Guid id, DestinationQueries destinations, DestinationBook book, CancellationToken cancellationToken) =>
        await destinations.FindAsync(grant.ProjectId, id, cancellationToken) is { } found
            ? TypedResults.Ok(DestinationItem.Of(found) with { UsedBy = await book.UsesAsync(grant.ProjectId, id, cancellationToken) }) : NotFound;

    static async Task<Results<Ok<DestinationItem>, ProblemHttpResult>> UpdateAsync(
        ProjectGrant grant, Guid id, JsonElement body, DestinationQueries destinations, DestinationBook book, CancellationToken cancellationToken)
    {
        if (await destinations.FindAsync(grant.ProjectId, id, cancellationToken) is not { } found)
        {
            return NotFound;
        }
        return DestinationBody.Read(DestinationDraft.Of(found), body) switch
        {
            Outcome<DestinationDraft>.Done(var draft) => Reply(await book.UpdateAsync(grant, id, draft, cancellationToken, DestinationBody.Version(body))),
            Outcome<DestinationDraft>.Refused(var refusal) => ApiProblem.From(refusal),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(ProjectGrant grant, Guid id, DestinationBook book, CancellationToken cancellationToken) =>
        (await book.DeleteAsync(grant, id, cancellationToken)).Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));

    static async Task<Results<Ok<DestinationItem>, ProblemHttpResult>> EnableAsync(
        ProjectGrant grant, Guid id, JsonElement body, DestinationBook book, CancellationToken cancellationToken)
    {
        var isEnabled = body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("enabled", out var given) || given.ValueKind != JsonValueKind.False;
        return Reply(await book.EnableAsync(grant, id, isEnabled, cancellationToken));
    }

    static async Task<Results<Ok<TestItem>, ProblemHttpResult>> TestAsync(ProjectGrant grant, Guid id, JsonElement body, DestinationTest test, CancellationToken cancellationToken)
    {
        var fields = new Dictionary<string, string>() as IReadOnlyDictionary<string, string>;
        if (body.ValueKind == JsonValueKind.Object && body.TryGetProperty("fields", out var given))
        {
            if (DestinationBody.TextsOf(given) is not { } texts)
            {
                return ApiProblem.Invalid("fields", "Send an object of texts.");
            }
            fields = texts;
        }
        return (await test.SendAsync(grant, id, fields, cancellationToken)).Match<Results<Ok<TestItem>, ProblemHttpResult>>(
            report => TypedResults.Ok(TestItem.Of(report)), refusal => ApiProblem.From(refusal));
    }

    static Results<Ok<DestinationItem>, ProblemHttpResult> Reply(Outcome<Destination> outcome) =>
        outcome.Match<Results<Ok<DestinationItem>, ProblemHttpResult>>(changed => TypedResults.Ok(DestinationItem.Of(changed)), refusal => ApiProblem.From(refusal));

    static ProblemHttpResult NotFound => ApiProblem.NotFound("Destination not found.");
}
