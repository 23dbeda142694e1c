using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.House.Frame;
using Prickle.Servers;

namespace Prickle.House.Backups;

/// <summary><c>…/house/servers/{server}/backups</c>.</summary>
static class BackupEndpoints
{
    public static void Map(RouteGroupBuilder server)
    {
        var backups = server.MapGroup("/backups");
        backups.MapGet("", ListAsync).Requires(Resource.House, Level.Read).WithSummary("Lists the backups of a server, the newest first")
            .WithDescription("`search`, `plan`, `state`, `deleted=true` for those whose files are gone as well; `sort` by at, size or plan, with a minus before it downwards.");
        backups.MapGet("/{id:guid}", FindAsync).Requires(Resource.House, Level.Read).WithSummary("Gives a backup with the tables that it holds");
        backups.MapDelete("/{id:guid}", DeleteAsync).Requires(Resource.House, Level.Write).WithSummary("Deletes a full backup and those that stand on it")
            .WithDescription("The only good one of a plan stays. Files that Prickle cannot reach are named in `error`, and the state is `expired`; deleting such a one again forgets it.");
        backups.MapPost("/{id:guid}/restore", RestoreAsync).Requires(Resource.House, Level.Write).WithSummary("Restores tables of a good backup; overwrites nothing")
            .WithDescription("`tables`: a list of `from` and `to`, each with `database` and `name`. A name that is there already is refused. Takes the operator's account of the server.");
        backups.MapPost("/{id:guid}/drill", DrillAsync).Requires(Resource.House, Level.Write).WithSummary("Tries a backup: restores all of it beside everything, compares, and drops it again");
        backups.MapGet("/jobs", JobsAsync).Requires(Resource.House,
            Level.Read).WithSummary("Lists restores and drills, the newest first").WithDescription("`backup` narrows to those of one backup.");
        backups.MapGet("/jobs/{id:guid}", FindJobAsync).Requires(Resource.House, Level.Read).WithSummary("Gives a restore or a drill, with what was found");
        backups.MapGet("/tables", TablesAsync).Requires(Resource.House, Level.Read).WithSummary("Lists what a server has that can be backed up, and whether it makes backups by itself");
        backups.MapPost("/freeze", FreezeAsync).Requires(Resource.House, Level.Write).WithSummary("Freezes a table on a server without BACKUP, and says where its files are");
        BackupPlanEndpoints.Map(backups);
        BackupTargetEndpoints.Map(backups);
    }

    static async Task<Results<Ok<ApiPage<BackupItem>>, ProblemHttpResult>> ListAsync(
        OrganizationGrant grant, Guid server, Paging paging, HttpRequest request, ServerDirectory servers, BackupBook book, CancellationToken cancellationToken,
        [FromQuery] string? search = null, [FromQuery] Guid? plan = null, [FromQuery] string? state = null, [FromQuery] bool deleted = false, [FromQuery] string? sort = null)
    {
        if (await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is null)
        {
            return ApiProblem.NotFound("Server not found.");
        }
        BackupState? wanted = null;
        if (state is not null)
        {
            if (!Enum.TryParse<BackupState>(state, ignoreCase: true, out var named) || !Enum.IsDefined(named))
            {
                return ApiProblem.From(Refusal.Invalid("state", $"A state is one of {string.Join(", ", Enum.GetNames<BackupState>()).ToLowerInvariant()}."));
            }
            wanted = named;
        }
        var (count, backups) = await book.ListAsync(grant, server, new BackupFilter(search, plan, wanted, deleted), sort?.TrimStart('-'), sort is null || sort.StartsWith('-'),
            paging.Offset, paging.Limit, cancellationToken);
        return TypedResults.Ok(paging.Page(request, count, [.. backups.Select(BackupItem.Of)]));
    }

    static async Task<Results<Ok<BackupDetailItem>, ProblemHttpResult>> FindAsync(OrganizationGrant grant, Guid server, Guid id, BackupBook book, CancellationToken cancellationToken) =>
        await book.FindAsync(grant, server, id, cancellationToken) is { } backup ? TypedResults.Ok(BackupDetailItem.Of(backup)) : ApiProblem.NotFound("Backup not found.");

    static async Task<Results<Ok<BackupItem>, ProblemHttpResult>> DeleteAsync(OrganizationGrant grant, Guid server, Guid id, BackupBook book, CancellationToken cancellationToken) =>
        (await book.DeleteAsync(grant, server, id, cancellationToken)).Match<Results<Ok<BackupItem>, ProblemHttpResult>>(backup => TypedResults.Ok(BackupItem.Of(backup)), refusal =>
            ApiProblem.From(refusal));

    static async Task<Results<Accepted<BackupJobItem>, ProblemHttpResult>> RestoreAsync(
        OrganizationGrant grant, Guid server, Guid id, RestoreBody body, BackupBook book, CancellationToken cancellationToken) =>
        Reply(grant, server, await book.RestoreAsync(grant, server, id, [.. (body.Tables ?? []).Where(table => table is { From: not null, To: not null })], cancellationToken));

    static async Task<Results<Accepted<BackupJobItem>, ProblemHttpResult>> DrillAsync(OrganizationGrant grant, Guid server, Guid id, BackupBook book, CancellationToken cancellationToken) =>
        Reply(grant, server, await book.DrillAsync(grant, server, id, cancellationToken));

    static Results<Accepted<BackupJobItem>, ProblemHttpResult> Reply(OrganizationGrant grant, Guid server, Outcome<BackupJob> outcome) =>
        outcome.Match<Results<Accepted<BackupJobItem>, ProblemHttpResult>>(
            job => TypedResults.Accepted($"/api/organizations/{grant.OrganizationId}/house/servers/{server}/backups/jobs/{job.Id}", BackupJobItem.Of(job)), refusal => ApiProblem.From(refusal));

    static async Task<Ok<ApiPage<BackupJobItem>>> JobsAsync(
        OrganizationGrant grant, Guid server, Paging paging, HttpRequest request, BackupBook book, CancellationToken cancellationToken, [FromQuery] Guid? backup = null)
    {
        var (count, jobs) = await book.JobsAsync(grant, server, backup, paging.Offset, paging.Limit, cancellationToken);
        return TypedResults.Ok(paging.Page(request, count, [.. jobs.Select(BackupJobItem.Of)]));
    }

    static async Task<Results<Ok<BackupJobItem>, ProblemHttpResult>> FindJobAsync(OrganizationGrant grant, Guid server, Guid id, BackupBook book, CancellationToken cancellationToken) =>
        await book.FindJobAsync(grant, server, id, cancellationToken) is { } job ? TypedResults.Ok(BackupJobItem.Of(job)) : ApiProblem.NotFound("Neither a restore nor a drill has this id.");

    static async Task<Results<Ok<BackupTablesItem>, ProblemHttpResult>> TablesAsync(
        OrganizationGrant grant, Guid server, ServerDirectory servers, BackupBook book, CancellationToken cancellationToken, [FromQuery] string? node = null)
    {
        if (await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is not { } found)
        {
            return ApiProblem.NotFound("Server not found.");
        }
        if (await book.TablesAsync(found, node, cancellationToken) is not { } answer)
        {
            return ApiProblem.From(Refusal.Invalid("node", $"{found.Name} has no node {node}."));
        }
        return TypedResults.Ok(new BackupTablesItem(
            await book.CanAsync(found, cancellationToken), answer is NodeAnswer<Work.ServerTable>.Rows rows
                ? [.. rows.Items.Select(table => new BackupTableItem(table.Table.Database, table.Table.Name, table.Engine, table.Bytes, table.Rows))] : [],
            NodeSaying.Of(new FleetAnswer<Work.ServerTable>([answer]))));
    }

    static async Task<Results<Ok<FrozenTable>, ProblemHttpResult>> FreezeAsync(OrganizationGrant grant, Guid server, FreezeBody body, BackupFreezer freezer,
        CancellationToken cancellationToken) =>
        (await freezer.FreezeAsync(grant, server, body.Node, new BackupTable(body.Database ?? "", body.Table ?? ""), body.Name ?? "", cancellationToken))
            .Match<Results<Ok<FrozenTable>, ProblemHttpResult>>(frozen => TypedResults.Ok(frozen), refusal => ApiProblem.From(refusal));
}

/// <summary>What is restored, and what it is called afterwards.</summary>
sealed record RestoreBody(IReadOnlyList<RestoredTable>? Tables);

/// <summary>A table to freeze.</summary>
sealed record FreezeBody(string? Database, string? Table, string? Name, string? Node = null);

/// <summary>A backup. <c>bytes</c> is what it takes at its target, <c>total_bytes</c> what it holds with its base.</summary>
sealed record BackupItem(
    Guid Id, Guid? PlanId, string PlanName, Guid TargetId, BackupKind Kind, Guid ChainId, IReadOnlyList<string> Databases, IReadOnlyList<BackupTable> Tables, string Path, BackupState State,
    string RequestedBy, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, string? Error, long Files, long TotalBytes, long Bytes)
{
    public static BackupItem Of(Backup backup) => new(
        backup.Id, backup.PlanId, backup.PlanName, backup.TargetId, backup.Kind, backup.ChainId, backup.Scope.Databases, backup.Scope.Tables, backup.Path, backup.State, backup.RequestedBy,
        backup.CreatedAt, backup.StartedAt, backup.FinishedAt, backup.Error, backup.Files, backup.TotalBytes, backup.Bytes);
}

/// <summary>A backup and what it holds: tables with rows that were counted (and hashed), and others.</summary>
sealed record BackupDetailItem(BackupItem Backup, IReadOnlyList<HeldTableItem> Holds, IReadOnlyList<BackupTable> Others)
{
    public static BackupDetailItem Of(Backup backup) => new(BackupItem.Of(backup),
        [.. (backup.Fingerprint?.Tables ?? []).Select(table =>
            new HeldTableItem(table.Table.Database, table.Table.Name, table.Rows, table.Bytes, table.Partitions.Count, table.Partitions.All(part => part.Hash is not null), table.Note))],
        backup.Fingerprint?.Others ?? []);
}

/// <summary>A table in a backup.</summary>
sealed record HeldTableItem(string Database, string Name, long Rows, long Bytes, int Partitions, bool IsHashed, string? Note);

/// <summary>A restore or a drill. <c>findings</c> says table by table what a drill found.</summary>
sealed record BackupJobItem(
    Guid Id, Guid BackupId, BackupJobKind Kind, IReadOnlyList<RestoredTable> Tables, BackupJobState State, string RequestedBy, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt, string? Error, long Bytes, long TotalBytes, IReadOnlyList<DrilledTable> Findings)
{
    public static BackupJobItem Of(BackupJob job) => new(
        job.Id, job.BackupId, job.Kind, job.Tables, job.State, job.RequestedBy, job.CreatedAt, job.StartedAt, job.FinishedAt, job.Error, job.Bytes, job.TotalBytes, job.Findings);
}

/// <summary>What a server has. <c>can_back_up</c> is false before 22.8, and null while it gives no answer.</summary>
sealed record BackupTablesItem(bool? CanBackUp, IReadOnlyList<BackupTableItem> Results, IReadOnlyList<NodeSaying> Nodes);

/// <summary>A table that can be backed up.</summary>
sealed record BackupTableItem(string Database, string Name, string Engine, long Bytes, long Rows);
