using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Api;

namespace Prickle.Flags.Listing;

/// <summary><c>/api/projects/{project}/feature_flags</c>.</summary>
static class FlagEndpoints
{
    public static void Map(RouteGroupBuilder project)
    {
        var flags = project.MapGroup("/feature_flags").WithTags("feature_flags");
        flags.MapGet("", ListAsync).Requires(Resource.FeatureFlag, Level.Read).WithSummary("Lists feature flags")
            .WithDescription("`search`, `active`, `archived`, `tag` and `type` (boolean, multivariate, remote_config) narrow; `order` is key, created_at or updated_at, with a minus for descending.");
        flags.MapPost("", CreateAsync).Requires(Resource.FeatureFlag, Level.Write).WithSummary("Makes a feature flag");
        flags.MapGet("/{id:int}", FindAsync).Requires(Resource.FeatureFlag, Level.Read).WithSummary("Gives a feature flag, what uses it and when it was called");
        flags.MapPatch("/{id:int}", UpdateAsync).Requires(Resource.FeatureFlag, Level.Write).WithSummary("Changes what the body names")
            .WithDescription("With `version` the change is refused when somebody was quicker.");
        flags.MapDelete("/{id:int}", DeleteAsync).Requires(Resource.FeatureFlag, Level.Write)
            .WithSummary("Deletes a feature flag").WithDescription("Refused while something uses it, unless `force=true`.");
        flags.MapPost("/{id:int}/duplicate", DuplicateAsync).Requires(Resource.FeatureFlag, Level.Write).WithSummary("Makes a copy that is switched off");
        flags.MapPost("/{id:int}/archive", ArchiveAsync).Requires(Resource.FeatureFlag, Level.Write)
            .WithSummary("Puts a feature flag away").WithDescription("Refused while something uses it, unless `force=true`.");
        flags.MapPost("/{id:int}/restore", RestoreAsync).Requires(Resource.FeatureFlag, Level.Write).WithSummary("Takes archiving, or deletion, back");
        flags.MapGet("/{id:int}/history", HistoryAsync).Requires(Resource.FeatureFlag, Level.Read).WithSummary("Lists the changes, newest first");
        flags.MapPost("/{id:int}/history/{entry:long}/revert", RevertAsync).Requires(Resource.FeatureFlag, Level.Write)
            .WithSummary("Gives back the values from before a change");
        // These tell of persons as well: a condition on an e-mail makes a count of one say whose it is.
        var persons = flags.MapGroup("").AddEndpointFilter(RefuseWithoutPersonsAsync);
        persons.MapPost("/reach", DraftReachAsync).Requires(Resource.FeatureFlag, Level.Read).WithSummary("Counts who would get a feature flag");
        persons.MapGet("/{id:int}/reach", ReachAsync).Requires(Resource.FeatureFlag, Level.Read).WithSummary("Counts who gets a feature flag");
        persons.MapGet("/{id:int}/explain", ExplainAsync).Requires(Resource.FeatureFlag, Level.Read)
            .WithSummary("Tells why a feature flag is what it is for somebody").WithDescription("`distinct_id`; groups as `group_{type}=key`.");
        flags.MapGet("/{id:int}/usage", UsageAsync).Requires(Resource.FeatureFlag, Level.Read).WithSummary("Counts the calls of the last 30 days by day and answer");
        flags.MapGet("/{key}/remote_config", RemoteConfigAsync).Requires(Resource.FeatureFlag, Level.Read).WithMetadata(new OpenToProjectSecretKey())
            .WithSummary("Gives the payload as SDKs read it: a JSON text that holds JSON");
    }

    static async Task<ApiPage<FlagItem>> ListAsync(
        ProjectGrant grant, Paging paging, HttpRequest request, FlagQueries flags, CancellationToken cancellationToken,
        [FromQuery] string? search = null, [FromQuery] bool? active = null, [FromQuery] bool archived = false, [FromQuery] string? tag = null,
        [FromQuery] string? type = null, [FromQuery] string? order = null) =>
        paging.PageOf(request, [.. (await flags.ListAsync(
            grant.ProjectId,
            new FlagFilter { Search = search ?? "", IsActive = active, IsArchived = archived, Tag = tag, Type = type, Order = order ?? "key" },
            cancellationToken)).Select(FlagItem.Of)]);

    static async Task<Results<Created<FlagItem>, ProblemHttpResult>> CreateAsync(
        ProjectGrant grant, JsonElement body, FlagAdministration flags, CancellationToken cancellationToken) =>
        FlagAdministration.Read(new FlagSettings(), body) switch
        {
            Outcome<FlagSettings>.Done(var settings) => (await flags.CreateAsync(grant, settings, cancellationToken)).Match<Results<Created<FlagItem>, ProblemHttpResult>>(
                made => TypedResults.Created($"/api/projects/{grant.ProjectId}/feature_flags/{made.Id}", FlagItem.Of(made)), refusal => ApiProblem.From(refusal)),
            Outcome<FlagSettings>.Refused(var refusal) => ApiProblem.From(refusal),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    static async Task<Results<Ok<FlagItem>, ProblemHttpResult>> FindAsync(
        ProjectGrant grant, int id, FlagQueries flags, FlagAdministration administration, FlagUsage usage, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await flags.FindAsync(grant.ProjectId, id, cancellationToken) is not { } flag)
        {
            return NotFound;
        }
        var calls = (await usage.CallsAsync(grant.ProjectId, cancellationToken)).GetValueOrDefault(flag.Key);
        return TypedResults.Ok(FlagItem.Of(flag) with
        {
            UsedBy = await administration.UsesAsync(flag, cancellationToken),
            LastCalledAt = calls?.LastAt,
            Stale = FlagStaleness.Of(flag, calls, time.GetUtcNow()),
        });
    }

    static async Task<Results<Ok<FlagItem>, ProblemHttpResult>> UpdateAsync(
        ProjectGrant grant, int id, JsonElement body, FlagQueries flags, FlagAdministration administration, CancellationToken cancellationToken)
    {
        if (Flag(body, "deleted") == false)
        {
            return Reply(await administration.RestoreAsync(grant, id, cancellationToken));
        }
        if (await flags.FindAsync(grant.ProjectId, id, cancellationToken) is not { } flag)
        {
            return NotFound;
        }
        if (Flag(body, "deleted") == true)
        {
            return Reply(await administration.DeleteAsync(grant, id, evenIfUsed: false, cancellationToken));
        }
        if (Flag(body, "archived") is { } archived && archived != flag.IsArchived)
        {
            return Reply(await administration.SetArchivedAsync(grant, id, archived, evenIfUsed: false, cancellationToken));
        }
        var version = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("version", out var given) && given.TryGetInt32(out var number) ? number : (int?)null;
        return FlagAdministration.Read(flag.Settings, body) switch
        {
            Outcome<FlagSettings>.Done(var settings) => Reply(await administration.UpdateAsync(grant, id, settings, cancellationToken, version)),
            Outcome<FlagSettings>.Refused(var refusal) => ApiProblem.From(refusal),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        ProjectGrant grant, int id, FlagAdministration flags, CancellationToken cancellationToken, [FromQuery] bool force = false) =>
        (await flags.DeleteAsync(grant, id, force, cancellationToken)).Match<Results<NoContent, ProblemHttpResult>>(
            _ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));

    static async Task<Results<Ok<FlagItem>, ProblemHttpResult>> DuplicateAsync(
        ProjectGrant grant, int id, FlagAdministration flags, CancellationToken cancellationToken) =>
        Reply(await flags.DuplicateAsync(grant, id, cancellationToken));

    static async Task<Results<Ok<FlagItem>, ProblemHttpResult>> ArchiveAsync(
        ProjectGrant grant, int id, FlagAdministration flags, CancellationToken cancellationToken, [FromQuery] bool force = false) =>
        Reply(await flags.SetArchivedAsync(grant, id, true, force, cancellationToken));

    static async Task<Results<Ok<FlagItem>, ProblemHttpResult>> RestoreAsync(
        ProjectGrant grant, int id, FlagQueries flags, FlagAdministration administration, CancellationToken cancellationToken) =>
        Reply(await flags.FindAsync(grant.ProjectId, id, cancellationToken) is { IsArchived: true }
            ? await administration.SetArchivedAsync(grant, id, false, evenIfUsed: true, cancellationToken)
            : await administration.RestoreAsync(grant, id, cancellationToken));

    static async Task<Results<Ok<ApiPage<ActivityItem>>, ProblemHttpResult>> HistoryAsync(
        ProjectGrant grant, int id, Paging paging, HttpRequest request, FlagQueries flags, FlagAdministration administration, CancellationToken cancellationToken)
    {
        if (await flags.FindAsync(grant.ProjectId, id, cancellationToken) is null)
        {
            return NotFound;
        }
        var history = await administration.HistoryAsync(grant, id, paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Page(request, history.Count, history.Items));
    }

    static async Task<Results<Ok<FlagItem>, ProblemHttpResult>> RevertAsync(
        ProjectGrant grant, int id, long entry, FlagAdministration flags, CancellationToken cancellationToken) =>
        Reply(await flags.RevertAsync(grant, id, entry, cancellationToken));

    static async ValueTask<object?> RefuseWithoutPersonsAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var grant = context.HttpContext.Features.Get<ProjectGrant>()!;
        return grant.Check(Resource.Person, Level.Read) is not Permission.Granted and var refused
            ? ApiProblem.Forbidden(refused, grant.Role, Resource.Person, Level.Read)
            : await next(context);
    }

    static async Task<Results<Ok<FlagReachCount>, ProblemHttpResult>> DraftReachAsync(
        ProjectGrant grant, JsonElement body, FlagAdministration flags, FlagReach reach, CancellationToken cancellationToken)
    {
        var id = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("id", out var given) && given.TryGetInt32(out var number) ? number : 0;
        switch (FlagAdministration.Read(new FlagSettings { Key = "draft" }, body))
        {
            case Outcome<FlagSettings>.Done(var settings):
                return await flags.CheckAsync(grant.ProjectId, id, settings, cancellationToken) is { } wrong
                    ? ApiProblem.From(wrong) : TypedResults.Ok(await reach.CountAsync(grant.ProjectId, id, settings, cancellationToken));
            case Outcome<FlagSettings>.Refused(var refusal):
                return ApiProblem.From(refusal);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    static async Task<Results<Ok<FlagReachCount>, ProblemHttpResult>> ReachAsync(
        ProjectGrant grant, int id, FlagQueries flags, FlagReach reach, CancellationToken cancellationToken) =>
        await flags.FindAsync(grant.ProjectId, id, cancellationToken) is { } flag
            ? TypedResults.Ok(await reach.CountAsync(grant.ProjectId, id, flag.Settings, cancellationToken)) : NotFound;

    static async Task<Results<Ok<ExplanationItem>, ProblemHttpResult>> ExplainAsync(
        ProjectGrant grant, int id, [FromQuery(Name = "distinct_id")] string? distinctId, HttpRequest request, FlagQueries flags, FlagReach reach,
        CancellationToken cancellationToken)
    {
        const string GroupPrefix = "group_";
        if (string.IsNullOrEmpty(distinctId))
        {
            return ApiProblem.Invalid("distinct_id", "Say for whom.");
        }
        if (await flags.FindAsync(grant.ProjectId, id, cancellationToken) is not { } flag)
        {
            return NotFound;
        }
        var groups = request.Query.Where(pair => pair.Key.StartsWith(GroupPrefix, StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key[GroupPrefix.Length..], pair => pair.Value.ToString());
        return TypedResults.Ok(ExplanationItem.Of(
            await reach.ExplainAsync(grant.ProjectId, flag, new FlagRequest(distinctId) { Groups = groups }, cancellationToken)));
    }

    static async Task<Results<Ok<IReadOnlyList<FlagCallDay>>, ProblemHttpResult>> UsageAsync(
        ProjectGrant grant, int id, FlagQueries flags, FlagUsage usage, CancellationToken cancellationToken) =>
        await flags.FindAsync(grant.ProjectId, id, cancellationToken) is { } flag
            ? TypedResults.Ok(await usage.DaysAsync(grant.ProjectId, flag.Key, grant.Project.Zone, cancellationToken)) : NotFound;

    static async Task<Results<Ok<string>, ProblemHttpResult>> RemoteConfigAsync(
        ProjectGrant grant, string key, FlagDirectory flags, CancellationToken cancellationToken) =>
        (await flags.OfProjectAsync(grant.ProjectId, cancellationToken)).Find(key) is { Flag.Settings.Active: true } flag && flag.PayloadOf(null) is { } payload
            ? TypedResults.Ok(payload) : ApiProblem.NotFound($"There is no active flag {key} with a payload.");

    static bool? Flag(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value)
            ? value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null } : null;

    static ProblemHttpResult NotFound => ApiProblem.NotFound("Feature flag not found.");

    static Results<Ok<FlagItem>, ProblemHttpResult> Reply(Outcome<FeatureFlag> outcome) =>
        outcome.Match<Results<Ok<FlagItem>, ProblemHttpResult>>(
            flag => TypedResults.Ok(FlagItem.Of(flag)), refusal => ApiProblem.From(refusal));
}
