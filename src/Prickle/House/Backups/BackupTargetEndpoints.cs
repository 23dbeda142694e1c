using Microsoft.AspNetCore.Http.HttpResults;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.Servers;

namespace Prickle.House.Backups;

/// <summary><c>…/backups/targets</c>.</summary>
static class BackupTargetEndpoints
{
    public static void Map(RouteGroupBuilder backups)
    {
        var targets = backups.MapGroup("/targets");
        targets.MapGet("", ListAsync).Requires(Resource.House, Level.Read).WithSummary("Lists where the backups of a server go; secrets are never given");
        targets.MapPost("", CreateAsync).Requires(Resource.House, Level.Write).WithSummary("Adds a place for backups")
            .WithDescription("`name`, `kind` (file or s3); of a file target `folder`, the path on the server; of a bucket `endpoint` or `region`, `bucket`, `prefix`, `key_id` and `secret`.");
        targets.MapPost("/test", TryDraftAsync).Requires(Resource.House, Level.Write).WithSummary("Tries a place before it is saved, by a backup without rows");
        targets.MapPut("/{id:guid}", UpdateAsync).Requires(Resource.House, Level.Write).WithSummary("Changes a place; a secret that is left out stays");
        targets.MapDelete("/{id:guid}", DeleteAsync).Requires(Resource.House, Level.Write).WithSummary("Forgets a place that no plan and no backup is at");
        targets.MapPost("/{id:guid}/test", TrySavedAsync).Requires(Resource.House, Level.Write).WithSummary("Tries a place as it is saved");
    }

    static async Task<Results<Ok<ApiPage<BackupTargetItem>>, ProblemHttpResult>> ListAsync(
        OrganizationGrant grant, Guid server, Paging paging, HttpRequest request, ServerDirectory servers, BackupTargets targets, CancellationToken cancellationToken) =>
        await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is { } found
            ? TypedResults.Ok(paging.PageOf(request, [.. (await targets.ListAsync(found, cancellationToken)).Select(BackupTargetItem.Of)])) : ApiProblem.NotFound("Server not found.");

    static async Task<Results<Created<BackupTargetItem>, ProblemHttpResult>> CreateAsync(OrganizationGrant grant, Guid server, BackupTargetBody body, BackupTargets targets,
        CancellationToken cancellationToken) =>
        (await targets.CreateAsync(grant, server, body.Draft, cancellationToken)).Match<Results<Created<BackupTargetItem>, ProblemHttpResult>>(
            target => TypedResults.Created($"/api/organizations/{grant.OrganizationId}/house/servers/{server}/backups/targets/{target.Id}", BackupTargetItem.Of(target)), refusal =>
                ApiProblem.From(refusal));

    static async Task<Results<Ok<BackupTargetItem>, ProblemHttpResult>> UpdateAsync(
        OrganizationGrant grant, Guid server, Guid id, BackupTargetBody body, BackupTargets targets, CancellationToken cancellationToken) =>
        (await targets.UpdateAsync(grant, server, id, body.Draft, cancellationToken)).Match<Results<Ok<BackupTargetItem>, ProblemHttpResult>>(
            target => TypedResults.Ok(BackupTargetItem.Of(target)), refusal => ApiProblem.From(refusal));

    static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(OrganizationGrant grant, Guid server, Guid id, BackupTargets targets, CancellationToken cancellationToken) =>
        (await targets.DeleteAsync(grant, server, id, cancellationToken)).Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));

    static async Task<Results<Ok<BackupTrial>, ProblemHttpResult>> TryDraftAsync(OrganizationGrant grant, Guid server, BackupTargetBody body, BackupTargets targets,
        CancellationToken cancellationToken) =>
        Reply(await targets.TryAsync(grant, server, body.Draft, null, cancellationToken));

    static async Task<Results<Ok<BackupTrial>, ProblemHttpResult>> TrySavedAsync(OrganizationGrant grant, Guid server, Guid id, BackupTargets targets, CancellationToken cancellationToken) =>
        await targets.DraftAsync(grant, server, id, cancellationToken) is { } draft ? Reply(await targets.TryAsync(grant, server, draft, id, cancellationToken))
            : ApiProblem.NotFound("Target not found.");

    static Results<Ok<BackupTrial>, ProblemHttpResult> Reply(Outcome<BackupTrial> outcome) =>
        outcome.Match<Results<Ok<BackupTrial>, ProblemHttpResult>>(trial => TypedResults.Ok(trial), refusal => ApiProblem.From(refusal));
}

/// <summary>A place as a request says it.</summary>
sealed record BackupTargetBody(
    string? Name, BackupTargetKind Kind, string? Folder = null, string? Endpoint = null, string? Bucket = null, string? Prefix = null, string? Region = null, string? KeyId = null,
        string? Secret = null)
{
    internal BackupTargetDraft Draft => new(Name ?? "", Kind, Folder ?? "", Endpoint ?? "", Bucket ?? "", Prefix ?? "", Region ?? "", KeyId ?? "", Secret);

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{Kind} {Name}";
}

/// <summary>A place for backups; its secret is never given.</summary>
sealed record BackupTargetItem(
    Guid Id, string Name, BackupTargetKind Kind, bool IsOwn, string Place, string Folder, string Endpoint, string Bucket, string Prefix, string Region, string KeyId, bool HasSecret,
        string CreatedBy, int Version)
{
    public static BackupTargetItem Of(BackupTarget target) => new(
        target.Id, target.Name, target.Kind, target.IsOwn, target.Place, target.Folder, target.Endpoint, target.Bucket, target.Prefix, target.Region, target.KeyId, target.HasSecret,
            target.CreatedBy, target.Version);
}
