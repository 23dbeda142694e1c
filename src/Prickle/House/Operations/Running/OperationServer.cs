using Prickle.ClickHouse.Nodes;
using Prickle.House.Frame;
using Prickle.Servers;

namespace Prickle.House.Operations.Running;

/// <summary>The nodes of a server as operations see them: asked one by one, as the operator's account. Statements ON CLUSTER are not used.</summary>
sealed class OperationServer(WatchedServer server, Fleet fleet)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public WatchedServer Server => server;

    /// <summary>In the order of the server. An only node has one name for ever: where the engine listens changes.</summary>
    public IReadOnlyList<OperationNode> Nodes { get; } = [.. server.Nodes.Select(node => new OperationNode(node, server.Nodes.Count == 1 ? "node" : node.Authority))];

    public Task<NodeCapabilities?> CapabilitiesAsync(OperationNode node, CancellationToken cancellationToken) => fleet.CapabilitiesAsync(server, node.Address, Account.Operator, cancellationToken);

    public Task<NodeReply> RunAsync(OperationNode node, NodeStatement statement, CancellationToken cancellationToken) =>
        fleet.RunAsync(server, node.Address, statement, Account.Operator, cancellationToken);

    public Task<NodeReply> AskAsync(OperationNode node, string sql, CancellationToken cancellationToken, params (string, string)[] values) =>
        RunAsync(node, new NodeStatement(sql) { Values = values, Deadline = Patience }, cancellationToken);

    /// <summary>What a node has under a name: null where it has nothing.</summary>
    public async Task<(TableFacts? Facts, NodeFailure? Failure)> FindAsync(OperationNode node, string database, string table, CancellationToken cancellationToken)
    {
        if (await CapabilitiesAsync(node, cancellationToken) is not { } capabilities)
        {
            return (null, await AskAsync(node, "SELECT 1", cancellationToken) is NodeReply.Failed gone ? gone.Failure : new NodeFailure(NodeFailureKind.Unreachable, "It did not answer."));
        }
        (string, string)[] names = [("database", database), ("table", table)];
        const string Named = "database = {database:String} AND table = {table:String}";
        var found = await AskAsync(
            node,
            $"SELECT create_table_query AS text, {capabilities.Column("tables", "uuid", "''")} AS id, (SELECT engine FROM system.databases WHERE name = {{database:String}}) = 'Atomic' AS atomic "
            + "FROM system.tables WHERE database = {database:String} AND name = {table:String}", cancellationToken, names);
        if (found is not NodeReply.Answered { Table: { } rows })
        {
            return (null, ((NodeReply.Failed)found).Failure);
        }
        if (rows.Count == 0)
        {
            return (null, null);
        }
        var row = rows.Rows.First();
        var columns = await AskAsync(node, $"SELECT name, type, default_kind FROM system.columns WHERE {Named}", cancellationToken, names);
        var path = capabilities.Has("replicas") ? await AskAsync(node, $"SELECT zookeeper_path AS path FROM system.replicas WHERE {Named}", cancellationToken, names) : null;
        var size = await AskAsync(node, $"SELECT sum(rows) AS rows, sum(bytes_on_disk) AS bytes, count() AS parts FROM system.parts WHERE active AND {Named}", cancellationToken, names);
        return (columns, path, size) switch
        {
            (NodeReply.Failed failed, _, _) => (null, failed.Failure),
            (_, NodeReply.Failed failed, _) => (null, failed.Failure),
            (_, _, NodeReply.Failed failed) => (null, failed.Failure),
            (NodeReply.Answered { Table: var described }, _, NodeReply.Answered { Table: var sized }) => (new TableFacts(
                database, table, TableShape.Read(row.Text("text")),
                [.. described.Rows.Select(column => new ColumnFacts(column.Text("name"), column.Text("type"), column.Text("default_kind")))],
                path is NodeReply.Answered { Table: { Count: > 0 } replica } ? replica.Rows.First().Text("path") : "",
                row.Flag("atomic"), row.Text("id"), sized.Rows.First().Number("rows"), sized.Rows.First().Number("bytes"), sized.Rows.First().Number("parts")), null),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
