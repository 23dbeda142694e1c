using System.Globalization;
using Prickle.ClickHouse.Nodes;

namespace Prickle.House.Storage;

/// <summary>What tables, columns, parts and disks there are: every question as old and new servers have it.</summary>
static class StorageQuestions
{
    static readonly (string, string)[] Limits = [("max_execution_time", "20"), ("max_threads", "2")];

    /// <summary>Active parts added up by table.</summary>
    public static readonly SystemQuery<TableSize> Sizes = new(
        _ => new NodeStatement(
            """
            SELECT database, table, sum(rows) AS rows, sum(bytes_on_disk) AS bytes, sum(data_compressed_bytes) AS compressed, sum(data_uncompressed_bytes) AS raw,
                   count() AS parts, uniqExact(partition) AS partitions, max(toUInt32(modification_time)) AS changed
            FROM system.parts WHERE active GROUP BY database, table
            """)
        { Settings = Limits, Deadline = TimeSpan.FromSeconds(20) },
        row => new TableSize(row.Text("database"), row.Text("table"), row.Number("rows"), row.Number("bytes"), row.Number("compressed"), row.Number("raw"),
            row.Number("parts"), row.Number("partitions"), row.Moment("changed")));

    /// <summary>Tables by name, those without parts too.</summary>
    public static readonly SystemQuery<TableKind> Kinds = new(
        capabilities => new NodeStatement($"SELECT database, name, engine, {capabilities.Column("tables", "engine_full", "''")} AS engine_full FROM system.tables WHERE NOT {Temporary(capabilities)}")
        {
            Settings = Limits,
            Deadline = TimeSpan.FromSeconds(20),
        },
        row => new TableKind(row.Text("database"), row.Text("name"), row.Text("engine"), row.Text("engine_full")));

    public static SystemQuery<TableDefinition> Definition(string database, string table) => new(
        capabilities => Of(
            $"""
            SELECT engine, {capabilities.Column("tables", "create_table_query", "''")} AS definition, {capabilities.Column("tables", "partition_key", "''")} AS partition_key,
                   {capabilities.Column("tables", "sorting_key", "''")} AS sorting_key, {capabilities.Column("tables", "primary_key", "''")} AS primary_key
            FROM system.tables WHERE database = {Database} AND name = {Table}
            """, database, table),
        row => new TableDefinition(row.Text("engine"), row.Text("definition"), row.Text("partition_key"), row.Text("sorting_key"), row.Text("primary_key")));

    public static SystemQuery<ColumnSize> Columns(string database, string table) => new(
        capabilities => Of(
            $"""
            SELECT name, type, data_compressed_bytes AS compressed, data_uncompressed_bytes AS raw, {capabilities.Column("columns", "compression_codec", "''")} AS codec,
                   {capabilities.Column("columns", "is_in_sorting_key", "0")} AS in_sorting_key, {capabilities.Column("columns", "is_in_partition_key", "0")} AS in_partition_key,
                   default_kind, {capabilities.Column("columns", "comment", "''")} AS comment,
                   (SELECT sum(data_compressed_bytes) FROM system.parts WHERE active AND database = {Database} AND table = {Table}) AS of_table
            FROM system.columns WHERE database = {Database} AND table = {Table}
            """, database, table),
        row => new ColumnSize(row.Text("name"), row.Text("type"), row.Number("compressed"), row.Number("raw"), row.Text("codec"),
            row.Flag("in_sorting_key"), row.Flag("in_partition_key"), row.Text("default_kind"), row.Text("comment"), row.Number("of_table")));

    public static SystemQuery<PartitionSize> Partitions(string database, string table) => new(
        _ => Of(
            $"""
            SELECT partition, count() AS parts, sum(rows) AS rows, sum(bytes_on_disk) AS bytes, max(toUInt32(modification_time)) AS changed
            FROM system.parts WHERE active AND database = {Database} AND table = {Table} GROUP BY partition
            """, database, table),
        row => new PartitionSize(row.Text("partition"), row.Number("parts"), row.Number("rows"), row.Number("bytes"), row.Moment("changed")));

    /// <summary>A page of parts: a table may have a hundred thousand.</summary>
    /// <param name="order">One of our own column names.</param>
    public static SystemQuery<Part> Parts(string database, string table, PartOrder order, bool descending, int offset, int limit) => new(
        capabilities => Of(string.Create(CultureInfo.InvariantCulture,
            $"""
            SELECT name, partition, rows, bytes_on_disk AS bytes, level, active, toUInt32(modification_time) AS changed, {capabilities.Column("parts", "disk_name", "''")} AS disk
            FROM system.parts WHERE database = {Database} AND table = {Table}
            ORDER BY {ColumnOf(order)} {(descending ? "DESC" : "ASC")}, name LIMIT {offset}, {limit}
            """), database, table),
        row => new Part(row.Text("name"), row.Text("partition"), row.Number("rows"), row.Number("bytes"), row.Number("level"), row.Flag("active"), row.Moment("changed"), row.Text("disk")));

    public static SystemQuery<DetachedPart> Detached(string? database, string? table) => new(
        capabilities => !capabilities.Has("detached_parts")
            ? new SystemStatement.Missing("system.detached_parts", "Detached parts can be seen since 19.8; before, only in the file system of the server.")
            : database is null || table is null
                ? new NodeStatement(DetachedSql(capabilities, "1")) { Settings = Limits }
                : Of(DetachedSql(capabilities, $"database = {Database} AND table = {Table}"), database, table),
        row => new DetachedPart(row.Text("database"), row.Text("table"), row.Text("name"), row.Text("partition_id"), row.Text("reason"), row.Number("bytes")));

    public static readonly SystemQuery<Disk> Disks = new(
        capabilities => capabilities.Has("disks")
            ? (SystemStatement)$"SELECT name, path, {capabilities.Column("disks", "type", "'local'")} AS type, free_space, total_space FROM system.disks"
            : new SystemStatement.Missing("system.disks", "Servers tell their disks since 19.15. What the tables take is known, what is free is not."),
        row => new Disk(row.Text("name"), row.Text("path"), row.Text("type"), row.Number("free_space"), row.Number("total_space")));

    const string Database = "{database:String}";
    const string Table = "{table:String}";

    static NodeStatement Of(string sql, string database, string table) =>
        new(sql) { Values = [("database", database), ("table", table)], Settings = Limits, Deadline = TimeSpan.FromSeconds(20) };

    static string DetachedSql(NodeCapabilities capabilities, string condition) =>
        $"SELECT database, table, name, ifNull(partition_id, '') AS partition_id, ifNull(reason, '') AS reason, {capabilities.Column("detached_parts", "bytes_on_disk", "0")} AS bytes FROM system.detached_parts WHERE {condition} LIMIT 10000";

    static string Temporary(NodeCapabilities capabilities) => capabilities.Has("tables", "is_temporary") ? "is_temporary" : "0";

    static string ColumnOf(PartOrder order) => order switch
    {
        PartOrder.Rows => "rows",
        PartOrder.Bytes => "bytes_on_disk",
        PartOrder.Level => "level",
        PartOrder.Changed => "modification_time",
        PartOrder.Partition => "partition",
        _ => "name",
    };
}

/// <summary>What parts are listed by.</summary>
enum PartOrder
{
    Name,
    Partition,
    Rows,
    Bytes,
    Level,
    Changed,
}
