using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Servers.Storage;
using Prickle.Servers.Watching;
using Prickle.Storage;

namespace Prickle.Servers;

/// <summary>Adds, changes and forgets servers. The caller's permission is checked here too, so pages need not.</summary>
public sealed class ServerBook
{
    static readonly Refusal Gone = Refusal.NotFound("The server does not exist.");

    readonly IDbContextFactory<PrickleDatabase> _databases;
    readonly ServerSecrets _secrets;
    readonly NodeStates _states;
    readonly ServerConnections _connections;
    readonly ActivityLog _activity;
    readonly TimeProvider _time;

    internal ServerBook(IDbContextFactory<PrickleDatabase> databases, ServerSecrets secrets, NodeStates states, ServerConnections connections, ActivityLog activity, TimeProvider time) =>
        (_databases, _secrets, _states, _connections, _activity, _time) = (databases, secrets, states, connections, activity, time);

    public async Task<Outcome<WatchedServer>> CreateAsync(OrganizationGrant grant, ServerDraft draft, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } denied)
        {
            return denied;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<ServerRow>().CountAsync(row => row.OrganizationId == grant.OrganizationId, cancellationToken) >= WatchedServer.Most)
        {
            return Refusal.Invalid("name", $"An organization watches {WatchedServer.Most} servers at most. Remove one first.");
        }
        var now = _time.GetUtcNow();
        var row = new ServerRow
        {
            Id = Guid.CreateVersion7(now),
            OrganizationId = grant.OrganizationId,
            Name = "",
            MonitorUser = "",
            Sealed = "",
            CreatedBy = grant.Actor.Email,
            CreatedAt = now,
            UpdatedAt = now,
        };
        if (Apply(draft, row) is { } wrong)
        {
            return wrong;
        }
        database.Add(row);
        _activity.Add(database, Entry(grant, row, ActivityVerb.Created) with { After = row.ToLog() });
        await database.SaveChangesAsync(cancellationToken);
        _connections.Read(row);
        return row.ToServer();
    }

    /// <param name="version">The version that the change was made from; null when that does not matter.</param>
    public async Task<Outcome<WatchedServer>> UpdateAsync(OrganizationGrant grant, Guid id, ServerDraft draft, CancellationToken cancellationToken, int? version = null)
    {
        if ((RefusalOf(grant) ?? RefusalOfOwn(id)) is { } denied)
        {
            return denied;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        if (version is { } expected && expected != row.Version)
        {
            return Overtaken;
        }
        var before = row.ToLog();
        if (Apply(draft, row) is { } wrong)
        {
            return wrong;
        }
        (row.Version, row.UpdatedAt) = (row.Version + 1, _time.GetUtcNow());
        _activity.Add(database, Entry(grant, row, ActivityVerb.Updated) with { Before = before, After = row.ToLog() });
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Overtaken;
        }
        Forget(row);
        _connections.Read(row);
        return row.ToServer();
    }

    /// <summary>Forgets a server; nothing happens to the server itself.</summary>
    public async Task<Outcome<WatchedServer>> DeleteAsync(OrganizationGrant grant, Guid id, CancellationToken cancellationToken)
    {
        if ((RefusalOf(grant) ?? RefusalOfOwn(id)) is { } denied)
        {
            return denied;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await RowAsync(database, grant, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        database.Remove(row);
        _activity.Add(database, Entry(grant, row, ActivityVerb.Deleted) with { Before = row.ToLog() });
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Overtaken;
        }
        Forget(row);
        return row.ToServer();
    }

    // What was known of a node was known by the account that asked.
    void Forget(ServerRow row) => _states.Forget(target => row.Nodes.Contains(target.Address.ToString()));

    Refusal? Apply(ServerDraft draft, ServerRow row)
    {
        if (draft.Name.Trim() is not { Length: > 0 and <= 200 } name)
        {
            return Refusal.Invalid("name", "Give it a name of at most 200 characters.");
        }
        var read = NodeAddress.ReadAll(draft.Nodes);
        if (read is not Outcome<IReadOnlyList<Uri>>.Done(var nodes))
        {
            return ((Outcome<IReadOnlyList<Uri>>.Refused)read).Refusal;
        }
        if (draft.MonitorUser.Trim() is not { Length: > 0 and <= 200 } monitor)
        {
            return Refusal.Invalid("monitor_user", "Name the user who reads: a user of its own that may read the system tables is best.");
        }
        if (draft.OperatorUser?.Trim() is { Length: > 200 })
        {
            return Refusal.Invalid("operator_user", "A user's name has at most 200 characters.");
        }
        if ((draft.MonitorPassword ?? "").Length > 1000 || (draft.OperatorPassword ?? "").Length > 1000)
        {
            return Refusal.Invalid("monitor_password", "A password has at most 1,000 characters.");
        }
        var kept = _secrets.Open(row.Sealed) ?? new Passwords("", "");
        var passwords = new Passwords(
            draft.MonitorPassword is { Length: > 0 } given ? given : row.MonitorUser == monitor ? kept.Monitor : "",
            draft.OperatorPassword is { Length: > 0 } other ? other : row.OperatorUser == draft.OperatorUser?.Trim() ? kept.Operator : "");
        if (nodes.Any(node => !row.Nodes.Contains(node.ToString())) && RefusalOfKept(draft, passwords) is { } unsafely)
        {
            return unsafely;
        }
        row.Name = name;
        row.Nodes = [.. nodes.Select(node => node.ToString())];
        row.MonitorUser = monitor;
        row.OperatorUser = draft.OperatorUser?.Trim() is { Length: > 0 } named ? named : null;
        row.Sealed = _secrets.Seal(row.OperatorUser is null ? passwords with { Operator = "" } : passwords);
        (row.HasMonitorPassword, row.HasOperatorPassword) = (passwords.Monitor.Length > 0, row.OperatorUser is not null && passwords.Operator.Length > 0);
        return null;
    }

    /// <summary>A kept password goes where it was entered for, and nowhere else: another address would get to know it.</summary>
    static Refusal? RefusalOfKept(ServerDraft draft, Passwords passwords) =>
        passwords.Monitor.Length > 0 && string.IsNullOrEmpty(draft.MonitorPassword)
            ? Refusal.Invalid("monitor_password", "There is another address: enter the password again. The kept one is sent to none but those it was entered for.")
        : passwords.Operator.Length > 0 && string.IsNullOrEmpty(draft.OperatorPassword)
            ? Refusal.Invalid("operator_password", "There is another address: enter the password again. The kept one is sent to none but those it was entered for.")
        : null;

    static Refusal Overtaken => new(RefusalReason.AlreadyExists, "Somebody changed the server meanwhile: look at it again before you save.", "version");

    static Refusal? RefusalOf(OrganizationGrant grant) =>
        grant.Allows(Resource.House, Level.Write) ? null : Refusal.Denied("You may look at servers here, not change them: that takes the role of an admin.");

    static Refusal? RefusalOfOwn(Guid id) =>
        id == WatchedServer.OwnId ? Refusal.Invalid("id", "Prickle's own ClickHouse is set by ClickHouse__Url, where Prickle is started.") : null;

    static Task<ServerRow?> RowAsync(PrickleDatabase database, OrganizationGrant grant, Guid id, CancellationToken cancellationToken) =>
        database.Set<ServerRow>().SingleOrDefaultAsync(row => row.OrganizationId == grant.OrganizationId && row.Id == id, cancellationToken);

    static ActivityEntry Entry(OrganizationGrant grant, ServerRow row, ActivityVerb verb) => new()
    {
        OrganizationId = grant.OrganizationId,
        Actor = grant.Actor,
        Verb = verb,
        Resource = Resource.House,
        ItemId = $"{row.Id}",
        ItemName = row.Name,
    };
}
