using Prickle.ClickHouse.Nodes;
using Prickle.House.Frame;
using Prickle.Ui.Values;

namespace Prickle.House.Advice;

/// <summary>Columns: large ones that nobody reads, and such as compress badly.</summary>
static class ColumnAdvice
{
    public const string UnusedKey = "unused_columns";
    public const string LargeKey = "large_columns";

    const long LargeColumn = 256L * 1024 * 1024;
    const double BadRatio = 2;

    public static readonly SystemQuery<Finding> Unused = new(
        capabilities => !capabilities.Has("query_log", "columns")
            ? new SystemStatement.Missing("system.query_log.columns", "Servers log the columns that a query reads since 21.1.")
            : Advisor.Statement(
                $"""
                SELECT database, table, name, data_compressed_bytes AS bytes
                FROM system.columns
                WHERE data_compressed_bytes >= {LargeColumn} AND NOT is_in_sorting_key AND NOT is_in_partition_key AND database NOT IN ('system', 'system_log')
                  AND concat(database, '.', table, '.', name) NOT IN (
                    SELECT arrayJoin(columns) FROM system.query_log WHERE event_date >= today() - 30 AND type = 2 AND query_kind = 'Select')
                ORDER BY bytes DESC LIMIT 50
                """),
        row => new Finding(
            UnusedKey, FindingLevel.Advice, $"{row.Text("database")}.{row.Text("table")}.{row.Text("name")}",
            $"{ValueUnit.Bytes().Full(row.Number("bytes"))}, and no query has read it in thirty days, as far as the log reaches.",
            "It is written, merged and backed up for nobody. Ask who knows it first: what is dropped is gone.",
            $"ALTER TABLE {NodeSql.Quote(row.Text("database"), row.Text("table"))} DROP COLUMN {NodeSql.Quote(row.Text("name"))}"));

    public static readonly SystemQuery<Finding> Large = new(
        capabilities => !capabilities.Has("columns", "compression_codec")
            ? new SystemStatement.Missing("system.columns.compression_codec", "Servers tell the codecs of columns since 19.1.")
            : Advisor.Statement(
                $"""
                SELECT database, table, name, type, data_compressed_bytes AS bytes, data_uncompressed_bytes AS raw
                FROM system.columns
                WHERE data_compressed_bytes >= {LargeColumn} AND compression_codec = '' AND data_uncompressed_bytes < data_compressed_bytes * {BadRatio} AND default_kind NOT IN ('ALIAS', 'EPHEMERAL')
                  AND NOT match(type, '^(JSON|Object|Dynamic|Variant)') AND database NOT IN ('system', 'system_log')
                ORDER BY bytes DESC LIMIT 50
                """),
        row => new Finding(
            LargeKey, FindingLevel.Advice, $"{row.Text("database")}.{row.Text("table")}.{row.Text("name")}",
            $"{ValueUnit.Bytes().Full(row.Number("bytes"))} of {ValueUnit.Bytes().Full(row.Number("raw"))} before compression, with the default codec.",
            "A stronger codec costs processor when writing and merging, and saves disk and reading. Old parts keep theirs until they are merged.",
            $"ALTER TABLE {NodeSql.Quote(row.Text("database"), row.Text("table"))} MODIFY COLUMN {NodeSql.Quote(row.Text("name"))} {row.Text("type")} CODEC(ZSTD(3))"));
}
