using System.Text.RegularExpressions;

namespace Prickle.ClickHouse.Schema;

/// <summary>
/// One schema text for a single server and for a cluster. Placeholders in a schema file:
/// <list type="table">
/// <item><term><c>{database}</c></term><description>the product's database</description></item>
/// <item><term><c>{on_cluster}</c></term><description><c>ON CLUSTER 'name'</c>, or nothing</description></item>
/// <item><term><c>{local:events}</c></term><description>the table that holds rows: <c>events</c>, or <c>events_local</c> on a cluster</description></item>
/// <item><term><c>{engine:ReplacingMergeTree:version}</c></term><description>that engine, its Replicated form on a cluster</description></item>
/// <item><term><c>{distributed:events:key};</c></term><description>the Distributed table over <c>events_local</c>, or nothing</description></item>
/// <item><term><c>{credentials}</c></term><description><c>USER '…' PASSWORD '…'</c> for dictionary sources; nothing for the embedded engine</description></item>
/// </list>
/// </summary>
sealed partial class SchemaTemplate(ClickHouseEndpoint endpoint)
{
    public IEnumerable<string> Statements(string text) =>
        Expand(text).Split(";\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(statement => statement.TrimEnd(';'))
            .Where(statement => statement.Length > 0);

    public string Expand(string text) => Placeholder().Replace(CommentLine().Replace(text, ""), match =>
    {
        var parts = match.Groups[1].Value.Split(':', 3);
        return parts[0] switch
        {
            "database" => endpoint.Database,
            "on_cluster" => endpoint.Cluster is null ? "" : $"ON CLUSTER {Literal(endpoint.Cluster)}",
            "local" => $"{endpoint.Database}.{parts[1]}{(endpoint.Cluster is null ? "" : "_local")}",
            "engine" => Engine(parts[1], parts.ElementAtOrDefault(2) ?? ""),
            "distributed" => Distributed(parts[1], parts[2]),
            "credentials" => endpoint.IsEmbedded ? "" : $"USER {Literal(endpoint.User)} PASSWORD {Literal(endpoint.Password)}",
            _ => throw new FormatException($"Unknown placeholder {match.Value} in a schema file"),
        };
    });

    // The path is by table uuid and the macros {shard} and {replica}, as ClickHouse's own defaults have it.
    string Engine(string family, string arguments) => endpoint.Cluster is null
        ? $"{family}({arguments})"
        : $"Replicated{family}('/clickhouse/tables/{{uuid}}/{{shard}}', '{{replica}}'{(arguments.Length > 0 ? ", " : "")}{arguments})";

    string Distributed(string table, string key) => endpoint.Cluster is null
        ? ""
        : $"CREATE TABLE IF NOT EXISTS {endpoint.Database}.{table} ON CLUSTER {Literal(endpoint.Cluster)} "
          + $"AS {endpoint.Database}.{table}_local "
          + $"ENGINE = Distributed({Literal(endpoint.Cluster)}, {Literal(endpoint.Database)}, {Literal(table + "_local")}, {key})";

    static string Literal(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"\{([a-z_]+(?::[^{}]*)?)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^\s*--.*\n", RegexOptions.Multiline)]
    private static partial Regex CommentLine();
}
