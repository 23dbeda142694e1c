using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.ClickHouse.Nodes;
using Prickle.House.Backups.Storage;
using Prickle.House.Backups.Work;
using Prickle.Servers;
using Prickle.Storage;

namespace Prickle.House.Backups;

/// <summary>Where the backups of a server go: adds, changes, tries and forgets places. Permissions are checked here too.</summary>
sealed class BackupTargets(
    IDbContextFactory<PrickleDatabase> databases, ServerDirectory servers, BackupNodes nodes, BucketClient buckets, BackupFiles files, BackupSecrets secrets,
    ActivityLog activity, TimeProvider time)
{
    const int LongestText = 500;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    static readonly Refusal Gone = Refusal.NotFound("The target does not exist.");
    static readonly Refusal Denied = Refusal.Denied("You may look at backups here, not change anything: that takes the role of an admin.");

    /// <summary>The product's own folder first, where the server is its own.</summary>
    public async Task<IReadOnlyList<BackupTarget>> ListAsync(WatchedServer server, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<BackupTargetRow>().AsNoTracking().Where(row => row.OrganizationId == server.OrganizationId && row.ServerId == server.Id).ToListAsync(cancellationToken);
        return [.. nodes.IsEmbedded(server) ? [BackupPlaces.Own(server)] : (BackupTarget[])[], .. rows.Select(row => row.ToTarget()).OrderBy(target =>
            target.Name, StringComparer.OrdinalIgnoreCase)];
    }

    public async Task<Outcome<BackupTarget>> CreateAsync(OrganizationGrant grant, Guid serverId, BackupTargetDraft draft, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Denied;
        }
        if (await servers.FindAsync(grant.OrganizationId, serverId, cancellationToken) is not { } server)
        {
            return Refusal.NotFound("The server does not exist.");
        }
        if (RefusalOf(server, draft, draft.Secret is { Length: > 0 }) is { } wrong)
        {
            return wrong;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<BackupTargetRow>().CountAsync(row => row.OrganizationId == grant.OrganizationId && row.ServerId == serverId, cancellationToken) >= BackupTarget.Most)
        {
            return Refusal.Invalid("name", $"A server has {BackupTarget.Most} targets at most.");
        }
        var now = time.GetUtcNow();
        var row = new BackupTargetRow { Id = Guid.CreateVersion7(now), OrganizationId = grant.OrganizationId, ServerId = serverId, Name = "", CreatedBy = grant.Actor.Email, CreatedAt = now };
        Apply(row, draft);
        database.Add(row);
        activity.Add(database, Entry(grant, row, server.Name, ActivityVerb.Created) with { After = row.ToLog() });
        await database.SaveChangesAsync(cancellationToken);
        return row.ToTarget();
    }

    /// <summary>Changes a target. Where the address of a bucket or its key changes, the secret is asked for again.</summary>
    public async Task<Outcome<BackupTarget>> UpdateAsync(OrganizationGrant grant, Guid serverId, Guid id, BackupTargetDraft draft, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Denied;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await servers.FindAsync(grant.OrganizationId, serverId, cancellationToken) is not { } server || await FindAsync(database, grant, serverId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        if (RefusalOf(server, draft, draft.Secret is { Length: > 0 } || KeepsSecret(row, draft)) is { } wrong)
        {
            return wrong;
        }
        if (await database.Set<BackupRow>().AnyAsync(backup => backup.TargetId == id && backup.State == BackupState.Good, cancellationToken)
            && (row.Kind, row.Folder, row.Endpoint, row.Bucket, row.Prefix) != (draft.Kind, draft.Folder.Trim(), Address(draft), draft.Bucket.Trim(), Prefix(draft)))
        {
            return Refusal.Invalid(draft.Kind == BackupTargetKind.S3 ? "bucket" : "folder",
                "There are backups at this place, which would not be found at another. Make a new target for another place.");
        }
        var before = row.ToLog();
        Apply(row, draft);
        row.Version++;
        activity.Add(database, Entry(grant, row, server.Name, ActivityVerb.Updated) with { Before = before, After = row.ToLog() });
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new Refusal(RefusalReason.AlreadyExists, "Somebody changed the target meanwhile: look at it again before you save.", "version");
        }
        return row.ToTarget();
    }

    /// <summary>Forgets a target that no plan and no backup is at.</summary>
    public async Task<Outcome<BackupTarget>> DeleteAsync(OrganizationGrant grant, Guid serverId, Guid id, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Denied;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(database, grant, serverId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        if (await database.Set<BackupPlanRow>().AsNoTracking().Where(plan => plan.TargetId == id).Select(plan => plan.Name).FirstOrDefaultAsync(cancellationToken) is { } plan)
        {
            return Refusal.Invalid("id", $"The plan {plan} puts its backups there.");
        }
        if (await database.Set<BackupRow>().AnyAsync(backup => backup.TargetId == id && (backup.State == BackupState.Good || backup.State < BackupState.Good), cancellationToken))
        {
            return Refusal.Invalid("id", "There are good backups at this place. Delete them first.");
        }
        database.Remove(row);
        activity.Add(database, Entry(grant, row, "", ActivityVerb.Deleted) with { Before = row.ToLog() });
        await database.SaveChangesAsync(cancellationToken);
        return row.ToTarget();
    }

    /// <summary>Tries a place, by a backup without rows: says what is the matter where something is.</summary>
    /// <param name="id">The target whose secret stands in for one that was not typed.</param>
    public async Task<Outcome<BackupTrial>> TryAsync(OrganizationGrant grant, Guid serverId, BackupTargetDraft draft, Guid? id, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Denied;
        }
        if (await servers.FindAsync(grant.OrganizationId, serverId, cancellationToken) is not { } server)
        {
            return Refusal.NotFound("The server does not exist.");
        }
        if (id == BackupTarget.OwnId)
        {
            return nodes.IsEmbedded(server) ? await TryAsync(server, new BackupPlace(BackupPlaces.Own(server), ""), cancellationToken) : Gone;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var kept = id is { } known ? await FindAsync(database, grant, serverId, known, cancellationToken) : null;
        var secret = draft.Secret is { Length: > 0 } given ? given : kept is not null && KeepsSecret(kept, draft) ? secrets.Open(kept.Sealed) : null;
        if (RefusalOf(server, draft, secret is { Length: > 0 }) is { } wrong)
        {
            return wrong;
        }
        var row = new BackupTargetRow { Id = id ?? Guid.Empty, OrganizationId = grant.OrganizationId, ServerId = serverId, Name = "" };
        Apply(row, draft with { Secret = null });
        return await TryAsync(server, new BackupPlace(row.ToTarget(), secret ?? ""), cancellationToken);
    }

    /// <summary>A target as a draft, so that it can be tried or changed as it is.</summary>
    public async Task<BackupTargetDraft?> DraftAsync(OrganizationGrant grant, Guid serverId, Guid id, CancellationToken cancellationToken)
    {
        if (id == BackupTarget.OwnId)
        {
            return new BackupTargetDraft("Prickle's data folder", BackupTargetKind.File);
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await FindAsync(database, grant, serverId, id, cancellationToken) is { } row
            ? new BackupTargetDraft(row.Name, row.Kind, row.Folder, row.Endpoint, row.Bucket, row.Prefix, row.Region, row.KeyId) : null;
    }

    async Task<BackupTrial> TryAsync(WatchedServer server, BackupPlace place, CancellationToken cancellationToken)
    {
        if (!server.Has(Account.Operator))
        {
            return new BackupTrial(false, $"{server.Name} has no operator's account, so nothing can be backed up there: name one in its settings.");
        }
        // First from here: the product's own engine must not be made to call what the product may not.
        var reach = place.Target.Kind == BackupTargetKind.S3 ? await buckets.TryAsync(place, cancellationToken) : null;
        if (reach is not null && server.IsOwn)
        {
            return new BackupTrial(false, reach);
        }
        var node = server.Nodes[0];
        if (await nodes.CapabilitiesAsync(server, node, cancellationToken) is { } capabilities && !capabilities.Has("backups"))
        {
            return new BackupTrial(false, $"This server makes no backups. {BackupSql.BackupsMissing.Remedy}");
        }
        var (path, tables) = ($"prickle-trial-{Guid.CreateVersion7(time.GetUtcNow()):n}", await nodes.AskAsync(server, node, BackupNodes.Tables, cancellationToken));
        var table = tables is NodeAnswer<ServerTable>.Rows rows ? rows.Items.FirstOrDefault(one => one.HasParts)?.Table : null;
        var sql = table is null ? BackupSql.TryReading(path, place) : BackupSql.Try(table, path, place);
        var reply = await nodes.RunAsync(server, node, sql, Patience, cancellationToken, BackupSql.Patience(0));
        switch (reply)
        {
            case NodeReply.Failed { Failure: { Code: 599 } } when table is null:
                return new BackupTrial(true, "The server reaches the place. It has no table yet, so that it may write there was not tried.");
            case NodeReply.Failed failed:
                return new BackupTrial(false, BackupWords.Of(failed.Failure, place));
        }
        var left = await files.DeleteAsync(server, place, path, cancellationToken);
        return new BackupTrial(true, reach is not null
            ? $"The server may write there. Prickle itself cannot reach it, so backups past their keeping stay: {reach}"
            : left is null ? "The server may write there, and what was tried is deleted again."
            : $"The server may write there. {left}");
    }

    static Refusal? RefusalOf(WatchedServer server, BackupTargetDraft draft, bool hasSecret)
    {
        if (draft.Name.Trim().Length is 0 or > 200)
        {
            return Refusal.Invalid("name", "Give the place a name, of 200 characters at most.");
        }
        if (new[] { draft.Folder, draft.Endpoint, draft.Bucket, draft.Prefix, draft.Region, draft.KeyId, draft.Secret ?? "" }.Any(text => text.Length > LongestText || text.Any(char.IsControl)))
        {
            return Refusal.Invalid("name", $"Texts have {LongestText} characters at most, all of them visible.");
        }
        if (draft.Kind == BackupTargetKind.File)
        {
            return server.IsOwn && draft.Folder.Trim().Length == 0 ? Refusal.Invalid("folder", "The folder in Prickle's data folder is there already. Name another, or a bucket.")
                : !draft.Folder.StartsWith('/') || draft.Folder.Split('/').Any(part => part is ".." or ".")
                    ? Refusal.Invalid("folder", "Give the whole path of a folder on the server, such as /backups.")
                : null;
        }
        if (!Uri.TryCreate(Address(draft), UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0 || address.Query.Length > 0)
        {
            return Refusal.Invalid("endpoint", "Give the address of the storage, such as https://s3.eu-central-1.amazonaws.com, or its region alone.");
        }
        return draft.Bucket.Trim().Length == 0 || draft.Bucket.Contains('/') ? Refusal.Invalid("bucket", "Give the name of the bucket.")
            : draft.KeyId.Trim().Length == 0 ? Refusal.Invalid("key_id", "Give the id of the key.")
            : !hasSecret ? Refusal.Invalid("secret", "Enter the secret of the key; where the address or the key changes, again.")
            : null;
    }

    // A kept secret goes where it was entered for, and nowhere else.
    static bool KeepsSecret(BackupTargetRow row, BackupTargetDraft draft) =>
        row.Sealed.Length > 0 && row.Kind == draft.Kind && row.Endpoint == Address(draft) && row.Bucket == draft.Bucket.Trim() && row.KeyId == draft.KeyId.Trim();

    static string Address(BackupTargetDraft draft) => draft.Kind == BackupTargetKind.File ? ""
        : draft.Endpoint.Trim().Length > 0 ? draft.Endpoint.Trim().TrimEnd('/')
        : draft.Region.Trim().Length > 0 ? $"https://s3.{draft.Region.Trim()}.amazonaws.com" : "";

    static string Prefix(BackupTargetDraft draft) => draft.Prefix.Trim().Trim('/');

    void Apply(BackupTargetRow row, BackupTargetDraft draft)
    {
        (row.Name, row.Kind) = (draft.Name.Trim(), draft.Kind);
        (row.Folder, row.Endpoint) = (draft.Kind == BackupTargetKind.File ? draft.Folder.Trim() : "", Address(draft));
        (row.Bucket, row.Prefix, row.Region, row.KeyId) = (draft.Bucket.Trim(), Prefix(draft), draft.Region.Trim(), draft.KeyId.Trim());
        row.Sealed = draft.Kind == BackupTargetKind.File ? "" : draft.Secret is { Length: > 0 } secret ? secrets.Seal(secret) : row.Sealed;
    }

    static Task<BackupTargetRow?> FindAsync(PrickleDatabase database, OrganizationGrant grant, Guid server, Guid id, CancellationToken cancellationToken) =>
        database.Set<BackupTargetRow>().SingleOrDefaultAsync(row => row.OrganizationId == grant.OrganizationId && row.ServerId == server && row.Id == id, cancellationToken);

    static ActivityEntry Entry(OrganizationGrant grant, BackupTargetRow row, string server, ActivityVerb verb) => new()
    {
        OrganizationId = grant.OrganizationId,
        Actor = grant.Actor,
        Verb = verb,
        Resource = Resource.House,
        ItemId = $"{row.Id}",
        ItemName = $"Backup target {row.Name}{(server.Length > 0 ? $" of {server}" : "")}",
    };
}

/// <summary>What came of trying a place.</summary>
sealed record BackupTrial(bool IsGood, string Message);
