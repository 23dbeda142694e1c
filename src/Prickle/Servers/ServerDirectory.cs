using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Servers.Storage;
using Prickle.Servers.Watching;
using Prickle.Storage;

namespace Prickle.Servers;

/// <summary>The servers of organizations. The product's own ClickHouse is there without set-up, for the home organization.</summary>
public sealed class ServerDirectory
{
    readonly IDbContextFactory<PrickleDatabase> _databases;
    readonly ServerConnections _connections;
    readonly HomeOrganization _home;

    internal ServerDirectory(IDbContextFactory<PrickleDatabase> databases, ServerConnections connections, HomeOrganization home) =>
        (_databases, _connections, _home) = (databases, connections, home);

    /// <summary>Those of an organization, the product's own first and the others by name.</summary>
    public async Task<IReadOnlyList<WatchedServer>> ListAsync(int organizationId, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(row => row.OrganizationId == organizationId, cancellationToken);
        return await _home.IsAsync(organizationId, cancellationToken) ? [Own(organizationId), .. rows] : rows;
    }

    /// <summary>One of an organization; null when it has none of that id.</summary>
    public async Task<WatchedServer?> FindAsync(int organizationId, Guid id, CancellationToken cancellationToken) =>
        id == WatchedServer.OwnId
            ? await _home.IsAsync(organizationId, cancellationToken) ? Own(organizationId) : null
            : (await ReadAsync(row => row.OrganizationId == organizationId && row.Id == id, cancellationToken)).SingleOrDefault();

    /// <summary>All there are, for what watches them.</summary>
    public async Task<IReadOnlyList<WatchedServer>> AllAsync(CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(_ => true, cancellationToken);
        return await _home.FindAsync(cancellationToken) is { } home ? [Own(home), .. rows] : rows;
    }

    async Task<IReadOnlyList<WatchedServer>> ReadAsync(System.Linq.Expressions.Expression<Func<ServerRow, bool>> wanted, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<ServerRow>().AsNoTracking().Where(wanted).ToListAsync(cancellationToken);
        rows.ForEach(_connections.Read);
        return [.. rows.Select(row => row.ToServer()).OrderBy(server => server.Name, StringComparer.OrdinalIgnoreCase).ThenBy(server => server.Id)];
    }

    // Where the engine listens changes when it starts anew; while it starts, the address says only that.
    WatchedServer Own(int organizationId) => _connections.TryOwn() is { } endpoint
        ? OwnAt(organizationId, endpoint.Address, endpoint.User, endpoint.IsEmbedded)
        : OwnAt(organizationId, new Uri("http://127.0.0.1:0/"), "default", true);

    static WatchedServer OwnAt(int organizationId, Uri address, string user, bool isEmbedded) => new()
    {
        Id = WatchedServer.OwnId,
        OrganizationId = organizationId,
        Name = isEmbedded ? "Prickle's engine" : "Prickle's ClickHouse",
        Nodes = [address],
        MonitorUser = user,
        OperatorUser = user,
        CreatedBy = "Prickle",
    };
}
