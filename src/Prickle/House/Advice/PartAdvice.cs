using Prickle.ClickHouse.Nodes;
using Prickle.House.Frame;
using Prickle.Ui.Values;

namespace Prickle.House.Advice;

/// <summary>Parts: too many of a partition, and such as were put aside.</summary>
static class PartAdvice
{
    public const string TooManyKey = "too_many_parts";
    public const string DetachedKey = "detached_parts";

    // Inserts are slowed down from a number of parts on that servers set differently; 300 was the first default that refused.
    const int Many = 150;
    const int TooManyParts = 300;

    public static readonly SystemQuery<Finding> TooMany = new(
        _ => Advisor.Statement(
            $"""
            SELECT database, table, partition, any(partition_id) AS id, count() AS parts, sum(rows) AS rows
            FROM system.parts WHERE active GROUP BY database, table, partition HAVING parts >= {Many} ORDER BY parts DESC LIMIT 100
            """),
        row => new Finding(
            TooManyKey, row.Number("parts") >= TooManyParts ? FindingLevel.Problem : FindingLevel.Warning, $"{row.Text("database")}.{row.Text("table")}, partition {row.Text("partition")}",
            $"{ValueUnit.Count("parts").Named(row.Number("parts"))} with {ValueUnit.Count("rows").Named(row.Number("rows"))}: {ValueUnit.Count().Full(row.Number("rows") / Math.Max(1, row.Number("parts")))} in each.",
            "Every query opens every part, and inserts are delayed or refused beyond a limit. Insert more rows at a time; merging once helps until the next small inserts.",
            $"OPTIMIZE TABLE {NodeSql.Quote(row.Text("database"), row.Text("table"))} PARTITION ID {NodeSql.Literal(row.Text("id"))}"));

    public static readonly SystemQuery<Finding> Detached = new(
        capabilities => !capabilities.Has("detached_parts")
            ? new SystemStatement.Missing("system.detached_parts", "Detached parts can be seen since 19.8.")
            : Advisor.Statement(
                $"""
                SELECT database, table, ifNull(reason, '') AS why, count() AS parts, any(name) AS example, sum({capabilities.Column("detached_parts", "bytes_on_disk", "0")}) AS bytes
                FROM system.detached_parts GROUP BY database, table, why ORDER BY parts DESC LIMIT 100
                """),
        row => new Finding(
            DetachedKey, row.Text("why").StartsWith("broken", StringComparison.Ordinal) ? FindingLevel.Warning : FindingLevel.Advice, $"{row.Text("database")}.{row.Text("table")}",
            $"{ValueUnit.Count("parts").Named(row.Number("parts"))}{(row.Text("why").Length > 0 ? $", {row.Text("why")}" : ", detached by hand")}{(row.Number("bytes") > 0 ? $", {ValueUnit.Bytes().Full(row.Number("bytes"))}" : "")}.",
            "They take space and are read by nobody. Look whether their rows are missing before they are dropped; attaching brings them back.",
            $"ALTER TABLE {NodeSql.Quote(row.Text("database"), row.Text("table"))} DROP DETACHED PART {NodeSql.Literal(row.Text("example"))} SETTINGS allow_drop_detached = 1"));
}
