using Prickle.ClickHouse.Nodes;
using Prickle.House.Frame;
using Prickle.Ui.Values;

namespace Prickle.House.Advice;

/// <summary>Log tables of the server that nothing ever empties: they fill disks unseen.</summary>
static class LogAdvice
{
    public const string Key = "logs_without_end";

    const long Large = 256L * 1024 * 1024;
    const long VeryLarge = 10L * 1024 * 1024 * 1024;

    public static readonly SystemQuery<Finding> WithoutEnd = new(
        // Upgrades rename logs (query_log_0) and leave them without the TTL of the new one: those count too.
        capabilities => Advisor.Statement(
            $"""
            SELECT p.table AS table, p.bytes AS bytes, p.rows AS rows, p.oldest AS oldest, p.first_partition AS first_partition, {(HasTtl(capabilities) ? "1" : "0")} AS has_ttl
            FROM (SELECT table, sum(bytes_on_disk) AS bytes, sum(rows) AS rows, min(partition) AS first_partition, toString(min(min_date)) AS oldest
                  FROM system.parts WHERE active AND database = 'system' AND match(table, '_log(_[0-9]+)?$') GROUP BY table) AS p
            WHERE p.bytes >= {Large} AND p.table NOT IN (SELECT name FROM system.tables WHERE database = 'system' AND position(engine_full, ' TTL ') > 0)
            ORDER BY p.bytes DESC
            """),
        row => new Finding(
            Key, row.Number("bytes") >= VeryLarge ? FindingLevel.Problem : FindingLevel.Warning, $"system.{row.Text("table")}",
            $"{ValueUnit.Bytes().Full(row.Number("bytes"))}, {ValueUnit.Count("rows").Named(row.Number("rows"))} since {row.Text("oldest")}, and nothing that ends them.",
            "It grows until the disk is full. A time to live in the server's configuration lasts through upgrades; the statement holds from now on for the table that is there.",
            row.Flag("has_ttl")
                ? $"ALTER TABLE {NodeSql.Quote("system", row.Text("table"))} MODIFY TTL event_date + INTERVAL 30 DAY DELETE"
                : $"ALTER TABLE {NodeSql.Quote("system", row.Text("table"))} DROP PARTITION {row.Text("first_partition")}"));

    static bool HasTtl(NodeCapabilities capabilities) => capabilities.Has("parts", "delete_ttl_info_max");
}
