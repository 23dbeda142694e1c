using Prickle.ClickHouse;
using Prickle.ClickHouse.Nodes;
using Prickle.Servers;

namespace Prickle.House.Backups.Work;

/// <summary>Puts the statements of backups to the node of a server that they are about.</summary>
sealed class BackupNodes(Fleet fleet, ClickHouseStore own)
{
    static readonly SystemQuery<string> DiskPath = new(
        capabilities => capabilities.Has("disks") ? "SELECT path FROM system.disks WHERE name = 'default'" : new SystemStatement.Missing("system.disks", "Since 19.15."), row => row.Text("path"));

    /// <summary>The node of that host and port; the first where none is named; null where it is gone.</summary>
    public static Uri? NodeOf(WatchedServer server, string? name) =>
        name is null ? server.Nodes[0] : server.Nodes.FirstOrDefault(node => node.Authority == name);

    public Task<NodeReply> RunAsync(WatchedServer server, Uri node, string sql, TimeSpan patience, CancellationToken cancellationToken, IReadOnlyList<(string, string)>? settings = null) =>
        fleet.RunAsync(server, node, new NodeStatement(sql) { Deadline = patience, Settings = settings ?? [] }, Account.Operator, cancellationToken);

    public Task<NodeReply> RunAsync(WatchedServer server, Uri node, NodeStatement statement, CancellationToken cancellationToken) =>
        fleet.RunAsync(server, node, statement, Account.Operator, cancellationToken);

    public Task<NodeAnswer<T>> AskAsync<T>(WatchedServer server, Uri node, SystemQuery<T> question, CancellationToken cancellationToken) =>
        fleet.AskNodeAsync(server, node, question, Account.Operator, cancellationToken);

    /// <summary>Whether a node makes backups; null while it never answered.</summary>
    public async Task<NodeCapabilities?> CapabilitiesAsync(WatchedServer server, Uri node, CancellationToken cancellationToken) =>
        await fleet.CapabilitiesAsync(server, node, Account.Operator, cancellationToken);

    /// <summary>Whether it is the engine that comes with the product, whose files are on this machine.</summary>
    public bool IsEmbedded(WatchedServer server)
    {
        try
        {
            return server.IsOwn && own.Endpoint.IsEmbedded;
        }
        catch (ClickHouseUnavailableException)
        {
            return false;
        }
    }

    /// <summary>The database of the product's own tables; null on other servers.</summary>
    public string? OwnDatabase(WatchedServer server)
    {
        try
        {
            return server.IsOwn ? own.Endpoint.Database : null;
        }
        catch (ClickHouseUnavailableException)
        {
            return null;
        }
    }

    /// <summary>The folder on this machine that the engine may write backups to; null where it is another server.</summary>
    public async Task<string?> OwnFolderAsync(WatchedServer server, CancellationToken cancellationToken) =>
        IsEmbedded(server) && await AskAsync(server, server.Nodes[0], DiskPath, cancellationToken) is NodeAnswer<string>.Rows { Items: [var path, ..] }
            ? Path.Combine(path, "backups") : null;

    /// <summary>Tables that can be backed up: all but the server's own, those of drills, and the hidden ones of views.</summary>
    public static readonly SystemQuery<ServerTable> Tables = new(
        capabilities => $"""
            SELECT database, name, engine, {(capabilities.Has("tables", "total_bytes") ? "ifNull(total_bytes, 0)" : "0")} AS bytes, {(capabilities.Has("tables", "total_rows") ? "ifNull(total_rows, 0)" : "0")} AS rows
            FROM system.tables
            WHERE database NOT IN ('system', 'INFORMATION_SCHEMA', 'information_schema', '_temporary_and_external_tables') AND NOT startsWith(database, 'prickle_drill_') AND NOT startsWith(name, '.inner')
            ORDER BY database, name LIMIT 20000
            """,
        row => new ServerTable(new BackupTable(row.Text("database"), row.Text("name")), row.Text("engine"), row.Number("bytes"), row.Number("rows")));
}

/// <summary>A table as a server lists it.</summary>
sealed record ServerTable(BackupTable Table, string Engine, long Bytes, long Rows)
{
    /// <summary>Whether its rows can be looked at by partition.</summary>
    public bool HasParts => Engine.EndsWith("MergeTree", StringComparison.Ordinal);
}
