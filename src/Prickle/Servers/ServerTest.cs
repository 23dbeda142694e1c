using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.ClickHouse.Nodes;
using Prickle.Servers.Storage;
using Prickle.Servers.Watching;
using Prickle.Storage;

namespace Prickle.Servers;

/// <summary>Tries a server before it is saved: reaches every node as both accounts, and says what is the matter where something is.</summary>
public sealed class ServerTest
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // What the pages need most; a node without them is watched all the same.
    static readonly (string Table, string What)[] Wished =
    [
        ("query_log", "slow queries"), ("text_log", "log of the server"), ("metric_log", "history from before Prickle watched"),
        ("trace_log", "flame graphs"), ("part_log", "reasons of failed mutations"), ("errors", "counts of errors"), ("disks", "free space"), ("detached_parts", "detached parts"),
    ];

    readonly IDbContextFactory<PrickleDatabase> _databases;
    readonly NodeClient _client;
    readonly ServerSecrets _secrets;
    readonly ServerConnections _connections;
    readonly ServerDirectory _servers;
    readonly TimeProvider _time;

    internal ServerTest(
        IDbContextFactory<PrickleDatabase> databases, NodeClient client, ServerSecrets secrets, ServerConnections connections, ServerDirectory servers, TimeProvider time) =>
        (_databases, _client, _secrets, _connections, _servers, _time) = (databases, client, secrets, connections, servers, time);

    /// <summary>Tries what is typed.</summary>
    /// <param name="grant">Admins and owners.</param>
    /// <param name="draft">What is typed.</param>
    /// <param name="id">The server it would change, whose passwords stand in for those that were not typed; null for a new one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Outcome<IReadOnlyList<NodeReport>>> TryAsync(OrganizationGrant grant, ServerDraft draft, Guid? id, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Refusal.Denied("Trying servers takes the role of an admin.");
        }
        var read = NodeAddress.ReadAll(draft.Nodes);
        if (read is not Outcome<IReadOnlyList<Uri>>.Done(var nodes))
        {
            return ((Outcome<IReadOnlyList<Uri>>.Refused)read).Refusal;
        }
        var kept = await KeptAsync(grant, draft, id, cancellationToken);
        var accounts = new List<(Account Account, string User, string Password)> { (Account.Monitor, draft.MonitorUser.Trim(), draft.MonitorPassword is { Length: > 0 } given ? given : kept.Monitor) };
        if (draft.OperatorUser?.Trim() is { Length: > 0 } user)
        {
            accounts.Add((Account.Operator, user, draft.OperatorPassword is { Length: > 0 } other ? other : kept.Operator));
        }
        return ClusterHints.Add(nodes, await Task.WhenAll(nodes.SelectMany(node => accounts.Select(one => TryNodeAsync(new NodeTarget(node, one.User, one.Password), one.Account, cancellationToken)))));
    }

    /// <summary>Tries a server as it is saved.</summary>
    public async Task<Outcome<IReadOnlyList<NodeReport>>> TryAsync(OrganizationGrant grant, Guid id, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Refusal.Denied("Trying servers takes the role of an admin.");
        }
        if (await _servers.FindAsync(grant.OrganizationId, id, cancellationToken) is not { } server)
        {
            return Refusal.NotFound("The server does not exist.");
        }
        var accounts = server.Has(Account.Operator) && !server.IsOwn ? (Account[])[Account.Monitor, Account.Operator] : [Account.Monitor];
        return ClusterHints.Add(server.Nodes, await Task.WhenAll(server.Nodes.SelectMany(node => accounts.Select(account => _connections.Find(server, node, account) is { } target
            ? TryNodeAsync(target, account, cancellationToken)
            : Task.FromResult(new NodeReport(node, account, NodeVerdict.Bad, "The password cannot be read any more: the keys that sealed it are gone. Enter it again."))))));
    }

    async Task<Passwords> KeptAsync(OrganizationGrant grant, ServerDraft draft, Guid? id, CancellationToken cancellationToken)
    {
        if (id is null)
        {
            return new Passwords("", "");
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var row = await database.Set<ServerRow>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.OrganizationId == grant.OrganizationId, cancellationToken);
        // A kept password goes where it was entered for, and nowhere else: another address would get to know it.
        if (row is null || _secrets.Open(row.Sealed) is not { } kept
            || NodeAddress.ReadAll(draft.Nodes) is not Outcome<IReadOnlyList<Uri>>.Done(var nodes) || nodes.Any(node => !row.Nodes.Contains(node.ToString())))
        {
            return new Passwords("", "");
        }
        return new Passwords(row.MonitorUser == draft.MonitorUser.Trim() ? kept.Monitor : "", row.OperatorUser == draft.OperatorUser?.Trim() ? kept.Operator : "");
    }

    async Task<NodeReport> TryNodeAsync(NodeTarget target, Account account, CancellationToken cancellationToken)
    {
        var (capabilities, failure) = await CapabilityProbe.LookAsync(_client, target, Patience, _time, cancellationToken);
        if (capabilities is null)
        {
            return new NodeReport(target.Address, account, NodeVerdict.Bad, failure!.Message) { Failure = failure };
        }
        var notes = new List<string>(capabilities.NotSeen.Select(missed => $"Could not be looked at: {missed}"));
        var verdict = NodeVerdict.Good;
        var message = $"ClickHouse {capabilities.Version} answers.";
        if (account == Account.Operator && !capabilities.MayWrite)
        {
            (verdict, message) = (NodeVerdict.Warning, $"ClickHouse {capabilities.Version} answers, but this user may only read: nothing could be stopped or changed.");
        }
        IReadOnlyList<ClusterMember> members = [];
        if (account == Account.Monitor)
        {
            members = await ClusterHints.MembersAsync(_client, target, capabilities, Patience, cancellationToken);
            var lacking = Wished.Where(wish => !capabilities.Has(wish.Table)).ToList();
            notes.AddRange(lacking.Select(wish => $"system.{wish.Table} is not there: no {wish.What}."));
            if (!capabilities.MaySet)
            {
                notes.Add("This user may send no settings (readonly = 1): questions are asked without limits of their own.");
            }
        }
        return new NodeReport(target.Address, account, verdict, message) { Capabilities = capabilities, Notes = notes, Members = members };
    }
}

/// <summary>How a node did.</summary>
public enum NodeVerdict
{
    Good,
    /// <summary>It works, though not for all.</summary>
    Warning,
    Bad,
}

/// <summary>What came of trying a node as one account.</summary>
/// <param name="Message">A sentence for the one who tries.</param>
public sealed record NodeReport(Uri Node, Account Account, NodeVerdict Verdict, string Message)
{
    public NodeFailure? Failure { get; init; }
    public NodeCapabilities? Capabilities { get; init; }

    /// <summary>What will be missing on the pages, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Nodes of its clusters that are not among those that were tried. Nothing was sent there.</summary>
    public IReadOnlyList<ClusterHint> Hints { get; init; } = [];

    internal IReadOnlyList<ClusterMember> Members { get; init; } = [];
}
