using Prickle.Accounts;
using Prickle.ClickHouse.Nodes;
using Prickle.Servers;
using Prickle.Sql;

namespace Prickle.House.Console;

/// <summary>What a statement on a node may name: tables with their columns, and functions.</summary>
sealed class ServerWords(Fleet fleet)
{
    /// <summary>More help nobody, and have to be sent to the browser.</summary>
    const int MostColumns = 5000;

    static readonly SystemQuery<(string Table, SqlColumn Column)> Columns = new(
        _ => new NodeStatement($"SELECT database, table, name, type FROM system.columns ORDER BY database = 'system', database, table, name LIMIT {MostColumns}"),
        row => ($"{row.Text("database")}.{row.Text("table")}", new SqlColumn(row.Text("name"), row.Text("type"))));

    /// <summary>Null while the node gives no answer.</summary>
    public async Task<(IReadOnlyList<SqlTable> Tables, IReadOnlyList<string> Functions)?> FindAsync(WatchedServer server, Uri node, CancellationToken cancellationToken)
    {
        var answer = await fleet.AskNodeAsync(server, node, Columns, Account.Monitor, cancellationToken);
        return answer is NodeAnswer<(string Table, SqlColumn Column)>.Rows { Items: var items } && await fleet.CapabilitiesAsync(server, node, Account.Monitor, cancellationToken) is { } capabilities
            ? ([.. items.GroupBy(one => one.Table, one => one.Column).Select(table => new SqlTable(table.Key, [.. table], []))], [.. capabilities.Functions.Order(StringComparer.Ordinal)])
            : null;
    }
}
