using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Prickle.Accounts;
using Prickle.Api;

namespace Prickle.House.Comparing;

/// <summary><c>…/house/servers/{server}/comparisons</c>.</summary>
static class ComparisonEndpoints
{
    public static void Map(RouteGroupBuilder server)
    {
        var comparisons = server.MapGroup("/comparisons");
        comparisons.MapPost("", StartAsync).Requires(Resource.House, Level.Write).WithSummary("Runs two SELECTs in turn and says whether one is faster")
            .WithDescription("`node`, `first`, `second`, `warm_ups` (0 to 5, usually 1), `repeats` (3 to 30, usually 7), `cold_caches`. The answer comes before it has begun: ask for it by its id.");
        comparisons.MapGet("/{id:guid}", Find).Requires(Resource.House, Level.Read).WithSummary("How far a comparison of yours is, and what came of it");
        comparisons.MapDelete("/{id:guid}", CancelAsync).Requires(Resource.House, Level.Write).WithSummary("Cancels a comparison of yours");
    }

    static async Task<Results<Accepted<ComparisonItem>, ProblemHttpResult>> StartAsync(OrganizationGrant grant, Guid server, JsonElement body, Comparisons comparisons, CancellationToken cancellationToken)
    {
        if (body.ValueKind != JsonValueKind.Object || Text(body, "node") is not { } node || !Uri.TryCreate(node, UriKind.Absolute, out var address))
        {
            return ApiProblem.From(Refusal.Invalid("node", "The address of a node is expected here, as the server lists it."));
        }
        var request = new ComparisonRequest(address, Text(body, "first") ?? "", Text(body, "second") ?? "", Number(body, "warm_ups", 1), Number(body, "repeats", 7), body.TryGetProperty("cold_caches", out var cold) && cold.ValueKind == JsonValueKind.True);
        return (await comparisons.StartAsync(grant, server, request, cancellationToken)).Match<Results<Accepted<ComparisonItem>, ProblemHttpResult>>(
            started => TypedResults.Accepted((string?)null, ComparisonItem.Of(started)), refusal => ApiProblem.From(refusal));
    }

    static Results<Ok<ComparisonItem>, ProblemHttpResult> Find(OrganizationGrant grant, Guid server, Guid id, Comparisons comparisons) =>
        comparisons.Find(grant, server, id) is { } found ? TypedResults.Ok(ComparisonItem.Of(found)) : ApiProblem.NotFound("There is no such comparison of yours.");

    static async Task<Results<NoContent, ProblemHttpResult>> CancelAsync(OrganizationGrant grant, Guid server, Guid id, Comparisons comparisons) =>
        await comparisons.CancelAsync(grant, server, id) ? TypedResults.NoContent() : ApiProblem.NotFound("No comparison of yours has this id and runs.");

    static string? Text(JsonElement body, string name) => body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // What is no number is refused as one out of bounds.
    static int Number(JsonElement body, string name, int otherwise) =>
        !body.TryGetProperty(name, out var value) ? otherwise : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : -1;
}

/// <summary>A comparison, as the API gives it.</summary>
sealed record ComparisonItem(Guid Id, ComparisonState State, int Done, int All, string? Detail, ComparisonResult? Result, DateTimeOffset StartedAt)
{
    public static ComparisonItem Of(Comparison one) => new(one.Id, one.State, one.Done, one.All, one.Detail, one.Result, one.StartedAt);
}
