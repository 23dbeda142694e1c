using Prickle.Accounts;
using Prickle.ClickHouse.Nodes;
using Prickle.Servers.Watching;

namespace Prickle.Servers;

/// <summary>
/// Asks the nodes of a server, all at once, and lets no node hold up the others: one that was away a moment ago is not waited
/// for again, and one that was not heard of lately is first asked whether it is there at all.
/// </summary>
public sealed class Fleet
{
    readonly NodeClient _client;
    readonly NodeStates _states;
    readonly ServerConnections _connections;

    internal Fleet(NodeClient client, NodeStates states, ServerConnections connections) => (_client, _states, _connections) = (client, states, connections);

    /// <summary>Asks every node.</summary>
    /// <param name="server">Whose nodes.</param>
    /// <param name="query">What.</param>
    /// <param name="account">As whom.</param>
    /// <param name="cancellationToken">Gives up; statements may run on.</param>
    public async Task<FleetAnswer<T>> AskAsync<T>(WatchedServer server, SystemQuery<T> query, Account account = Account.Monitor, CancellationToken cancellationToken = default) =>
        new(await Task.WhenAll(server.Nodes.Select(node => AskNodeAsync(server, node, query, account, cancellationToken))));

    /// <summary>Asks one node of a server.</summary>
    public async Task<NodeAnswer<T>> AskNodeAsync<T>(
        WatchedServer server, Uri node, SystemQuery<T> query, Account account = Account.Monitor, CancellationToken cancellationToken = default)
    {
        if (_connections.Find(server, node, account) is not { } target)
        {
            return new NodeAnswer<T>.Failed(new NodeName(node, null), NoAccount(account), null);
        }
        var state = _states.Of(target);
        if (await state.LookAsync(cancellationToken) is { } away)
        {
            return new NodeAnswer<T>.Failed(state.Name, away, state.LastAnsweredAt);
        }
        var written = query.Write(state.Capabilities!);
        if (written is SystemStatement.Missing or SystemStatement.Ask { Statement.IsSecondBest: true } && state.IsSeenLongAgo)
        {
            // A log table is there from its first line on.
            state.LookAnew();
            if (await state.LookAsync(cancellationToken) is { } gone)
            {
                return new NodeAnswer<T>.Failed(state.Name, gone, state.LastAnsweredAt);
            }
            written = query.Write(state.Capabilities!);
        }
        switch (written)
        {
            case SystemStatement.Missing missing:
                return new NodeAnswer<T>.Missing(state.Name, missing.Piece, missing.Remedy);
            case SystemStatement.Ask ask:
                return await RunAsync(target, state, ask.Statement, cancellationToken) switch
                {
                    NodeReply.Answered answered => new NodeAnswer<T>.Rows(state.Name, [.. answered.Table.Rows.Select(query.Read)], answered.Took),
                    NodeReply.Failed failed => new NodeAnswer<T>.Failed(state.Name, failed.Failure, state.LastAnsweredAt),
                    _ => throw new System.Diagnostics.UnreachableException(),
                };
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Runs a statement on one node as it is: for actions, and for what people write.</summary>
    public async Task<NodeReply> RunAsync(
        WatchedServer server, Uri node, NodeStatement statement, Account account, CancellationToken cancellationToken = default)
    {
        if (_connections.Find(server, node, account) is not { } target)
        {
            return new NodeReply.Failed(NoAccount(account), TimeSpan.Zero);
        }
        var state = _states.Of(target);
        return await state.LookAsync(cancellationToken) is { } away
            ? new NodeReply.Failed(away, TimeSpan.Zero)
            : await RunAsync(target, state, statement, cancellationToken);
    }

    /// <summary>Asks every node that is said to be away once more, and waits longer than a page would: for what is about to be done.</summary>
    public Task LookAgainAsync(WatchedServer server, Account account, CancellationToken cancellationToken = default) =>
        Task.WhenAll(server.Nodes.Select(node => _connections.Find(server, node, account) is { } target ? _states.Of(target).LookAgainAsync(cancellationToken) : Task.CompletedTask));

    /// <summary>What is known of each node without asking, in the order of the server's nodes.</summary>
    public IReadOnlyList<NodeHealth> HealthOf(WatchedServer server, Account account = Account.Monitor) =>
        [.. server.Nodes.Select(node => _connections.Find(server, node, account) is { } target
            ? _states.Of(target).Health : new NodeHealth(new NodeName(node, null), null, null, null, NoAccount(account)))];

    /// <summary>What a node has; null while it never answered.</summary>
    public async Task<NodeCapabilities?> CapabilitiesAsync(WatchedServer server, Uri node, Account account = Account.Monitor, CancellationToken cancellationToken = default)
    {
        if (_connections.Find(server, node, account) is not { } target)
        {
            return null;
        }
        var state = _states.Of(target);
        await state.LookAsync(cancellationToken);
        return state.Capabilities;
    }

    async Task<NodeReply> RunAsync(NodeTarget target, NodeState state, NodeStatement statement, CancellationToken cancellationToken)
    {
        var capabilities = state.Capabilities!;
        // Who may only read already may not even say so again.
        var sent = statement with
        {
            Settings = [.. statement.Settings.Where(setting => capabilities.MaySet && capabilities.Settings.Contains(setting.Name) && (setting.Name != "readonly" || capabilities.MayWrite))],
        };
        var reply = await _client.AskAsync(target, sent, capabilities.TakesParameters, cancellationToken);
        state.Heard(reply);
        return reply;
    }

    static NodeFailure NoAccount(Account account) => new(
        NodeFailureKind.WrongPassword,
        account == Account.Operator
            ? "This server has no operator's account, so nothing can be done there: name one in its settings."
            : "The password cannot be read any more: the keys that sealed it are gone. Enter it again.");
}

/// <summary>What is known of a node.</summary>
/// <param name="Node">Which.</param>
/// <param name="Capabilities">Null while it never answered.</param>
/// <param name="LastAnsweredAt">Null while it never answered.</param>
/// <param name="FailingSince">Null while it answers.</param>
/// <param name="Failure">Why it does not.</param>
public sealed record NodeHealth(
    NodeName Node, NodeCapabilities? Capabilities, DateTimeOffset? LastAnsweredAt, DateTimeOffset? FailingSince, NodeFailure? Failure);
