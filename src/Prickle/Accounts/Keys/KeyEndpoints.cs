using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Prickle.Api;

namespace Prickle.Accounts.Keys;

/// <summary>One's own personal API keys in the API.</summary>
static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder endpoints)
    {
        var keys = endpoints.MapAccountApi().MapGroup("personal_api_keys").WithTags("personal_api_keys");
        keys.MapGet("", ListAsync).WithSummary("List your keys").Requires(Resource.Key, Level.Read);
        keys.MapPost("", CreateAsync).WithSummary("Make a key; its value is shown once").Requires(Resource.Key, Level.Write);
        keys.MapGet("{id}", GetAsync).WithSummary("Get a key; @current is the one that asks").Requires(Resource.Key, Level.Read);
        keys.MapPatch("{id:guid}", UpdateAsync).WithSummary("Change a key").Requires(Resource.Key, Level.Write);
        keys.MapDelete("{id:guid}", DeleteAsync).WithSummary("Delete a key").Requires(Resource.Key, Level.Write);
    }

    static async Task<Ok<ApiPage<PersonalKey>>> ListAsync(
        Actor actor, PersonalKeys keys, Paging paging, HttpRequest request, CancellationToken cancellationToken) =>
        TypedResults.Ok(paging.PageOf(request, await keys.ListAsync(actor, cancellationToken)));

    static async Task<Results<Created<IssuedKeyReply>, ProblemHttpResult>> CreateAsync(
        PersonalKeySettings settings, Actor actor, PersonalKeys keys, CancellationToken cancellationToken)
    {
        var outcome = await keys.CreateAsync(actor, settings, cancellationToken);
        return outcome.Match<Results<Created<IssuedKeyReply>, ProblemHttpResult>>(
            issued => TypedResults.Created($"/api/personal_api_keys/{issued.Key.Id}", IssuedKeyReply.Of(issued)),
            refusal => ApiProblem.From(refusal));
    }

    /// <summary><c>@current</c> is the key that asks, so that a program can look up what its key may do.</summary>
    static async Task<Results<Ok<PersonalKey>, ProblemHttpResult>> GetAsync(
        string id, Actor actor, PersonalKeys keys, CancellationToken cancellationToken)
    {
        var wanted = id == ProjectAccess.Current ? actor.Key?.Id : Guid.TryParse(id, out var parsed) ? parsed : null;
        return wanted is { } known && await keys.FindAsync(actor, known, cancellationToken) is { } key
            ? TypedResults.Ok(key)
            : ApiProblem.NotFound("There is no such key.");
    }

    static async Task<Results<Ok<PersonalKey>, ProblemHttpResult>> UpdateAsync(
        Guid id, JsonObject patch, Actor actor, PersonalKeys keys, IOptions<JsonOptions> json, CancellationToken cancellationToken)
    {
        if (await keys.FindAsync(actor, id, cancellationToken) is not { } current)
        {
            return ApiProblem.NotFound("There is no such key.");
        }
        if (!MergePatch.TryApply(
                PersonalKeySettings.Of(current), patch, json.Value.SerializerOptions, out var settings, out var attribute))
        {
            return ApiProblem.Invalid(attribute, "The value has the wrong type.");
        }
        var outcome = await keys.UpdateAsync(actor, id, settings, cancellationToken);
        return outcome.Match<Results<Ok<PersonalKey>, ProblemHttpResult>>(
            key => TypedResults.Ok(key), refusal => ApiProblem.From(refusal));
    }

    static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        Guid id, Actor actor, PersonalKeys keys, CancellationToken cancellationToken)
    {
        var outcome = await keys.DeleteAsync(actor, id, cancellationToken);
        return outcome.Match<Results<NoContent, ProblemHttpResult>>(
            _ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));
    }
}

/// <summary>A new key in the API's reply, with its value this once.</summary>
public sealed record IssuedKeyReply(
    Guid Id, string Name, string Value, string Prefix, IReadOnlyList<string> Scopes, IReadOnlyList<int>? OrganizationIds,
    IReadOnlyList<int>? ProjectIds, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt)
{
    internal static IssuedKeyReply Of(IssuedKey issued)
    {
        var key = issued.Key;
        return new(
            key.Id, key.Name, issued.Value, key.Prefix, key.Scopes, key.OrganizationIds, key.ProjectIds, key.CreatedAt, key.ExpiresAt);
    }
}
