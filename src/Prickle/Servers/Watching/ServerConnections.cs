using System.Collections.Concurrent;
using Prickle.ClickHouse;
using Prickle.ClickHouse.Nodes;
using Prickle.Servers.Storage;

namespace Prickle.Servers.Watching;

/// <summary>Who asks a node: passwords are opened here and leave only in the header of a request.</summary>
sealed class ServerConnections(ClickHouseStore own, ServerSecrets secrets)
{
    readonly ConcurrentDictionary<(Guid Server, int Version), Passwords> _opened = new();
    readonly ConcurrentDictionary<(Guid Server, int Version), string> _sealed = new();

    /// <summary>Null where the server has no such account, or its password cannot be read any more.</summary>
    public NodeTarget? Find(WatchedServer server, Uri node, Account account)
    {
        if (server.IsOwn)
        {
            // Asked each time: the engine comes back with another password.
            return TryOwn() is { } endpoint ? new NodeTarget(endpoint.Address, endpoint.User, endpoint.Password) { IsOwn = true } : new NodeTarget(node, "default", "") { IsOwn = true };
        }
        if (!server.Has(account) || PasswordsOf((server.Id, server.Version)) is not { } passwords)
        {
            return null;
        }
        return account == Account.Monitor
            ? new NodeTarget(node, server.MonitorUser, passwords.Monitor)
            : new NodeTarget(node, server.OperatorUser!, passwords.Operator);
    }

    /// <summary>Where the product's own ClickHouse is; null while the engine starts.</summary>
    public ClickHouseEndpoint? TryOwn()
    {
        try
        {
            return own.Endpoint;
        }
        catch (ClickHouseUnavailableException)
        {
            return null;
        }
    }

    /// <summary>Keeps what was read with a server, by its version: the next version is read anew.</summary>
    public void Read(ServerRow row) => _sealed[(row.Id, row.Version)] = row.Sealed;

    Passwords? PasswordsOf((Guid Server, int Version) key) =>
        _opened.TryGetValue(key, out var known) ? known
        : secrets.Open(_sealed.GetValueOrDefault(key) ?? "") is { } opened ? _opened.GetOrAdd(key, opened)
        : null;
}
