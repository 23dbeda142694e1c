using Prickle.ClickHouse.Nodes;
using Prickle.House.Frame;

namespace Prickle.House.Backups.Work;

/// <summary>The statements that backups are made of.</summary>
static class BackupSql
{
    /// <summary>Asks for a backup; the server answers at once and works on.</summary>
    public static string Backup(Backup backup, Backup? full, BackupPlace place) =>
        $"BACKUP {Objects(backup.Scope)} TO {place.Of(backup.Path)} SETTINGS {Settings(backup.OperationId, place, full is null ? null : place.Of(full.Path))} ASYNC";

    /// <summary>Restores tables; one that is there already is refused by the server, too.</summary>
    /// <param name="structure">Tables without rows; null for both, false for rows into tables that are there.</param>
    public static string Restore(IEnumerable<RestoredTable> tables, Backup backup, BackupPlace place, string id, bool? structure)
    {
        var what = string.Join(", ", tables.Select(table => $"TABLE {Quote(table.From)}{(table.From == table.To ? "" : $" AS {Quote(table.To)}")}"));
        var how = structure switch { true => ", structure_only = 1, create_table = 1", false => ", create_table = 0", null => ", create_table = 1" };
        return $"RESTORE {what} FROM {place.Of(backup.Path)} SETTINGS {Settings(id, place, null)}{how}{(structure == true ? "" : " ASYNC")}";
    }

    /// <summary>Writes no rows: whether a server may write there.</summary>
    public static string Try(BackupTable table, string path, BackupPlace place) => $"BACKUP TABLE {Quote(table)} TO {place.Of(path)} SETTINGS structure_only = 1";

    /// <summary>Reads a backup that is not there: how a server without tables is tried.</summary>
    public static string TryReading(string path, BackupPlace place) => $"RESTORE TABLE `prickle`.`none` FROM {place.Of(path)}";

    /// <summary>How often a server tries again to reach a bucket: a thousand times by itself, which is an hour of silence.</summary>
    public static IReadOnlyList<(string, string)> Patience(int tries) =>
        [("backup_restore_s3_retry_attempts", $"{tries}"), ("s3_retry_attempts", $"{tries}"), ("s3_connect_timeout_ms", "5000")];

    /// <summary>Ends an operation; servers name its statement from 24.10 on.</summary>
    public static NodeStatement End(string id) =>
        new("KILL QUERY WHERE query_id IN (SELECT query_id FROM system.backups WHERE id = {id:String}) ASYNC") { Values = [("id", id)], Deadline = TimeSpan.FromSeconds(10) };

    public static string Quote(BackupTable table) => NodeSql.Quote(table.Database, table.Name);

    static string Objects(BackupScope scope) => string.Join(", ",
        scope.Databases.Select(database => $"DATABASE {NodeSql.Quote(database)}").Concat(scope.Tables.Where(table => !scope.Databases.Contains(table.Database)).Select(table =>
            $"TABLE {Quote(table)}")));

    // A chain in a bucket is read with the keys of the backup that is asked for: they are not written into it.
    static string Settings(string id, BackupPlace place, string? full) =>
        $"id = {NodeSql.Literal(id)}{(full is null ? "" : $", base_backup = {full}")}{(place.Target.Kind == BackupTargetKind.S3 ? ", use_same_s3_credentials_for_base_backup = true" : "")}";

    public static readonly SystemStatement.Missing BackupsMissing = new(
        "BACKUP", "Servers make backups by themselves from 22.8 on. What there is before that is FREEZE, which keeps the files of a table on the server's own disk.");

    /// <summary>What a server knows of an operation.</summary>
    public static readonly Func<string, SystemQuery<OperationReport>> Report = id => new SystemQuery<OperationReport>(
        capabilities => !capabilities.Has("backups") ? BackupsMissing
            : (SystemStatement)new NodeStatement($"""
                SELECT toString(status) AS status, error, toUInt64(num_files) AS files, toUInt64({Column(capabilities, "total_size", "uncompressed_size")}) AS total, toUInt64({Column(capabilities, "compressed_size", "0")}) AS size,
                       toUInt64({Column(capabilities, "bytes_read", "0")}) AS read, toUInt64({Written(capabilities)}) AS written
                FROM system.backups WHERE id = {"{id:String}"} ORDER BY start_time DESC LIMIT 1
                """)
            {
                Values = [("id", id)],
            },
        row => new OperationReport(row.Text("status"), row.Text("error"), row.Number("files"), row.Number("total"), row.Number("size"), row.Number("read"), row.Number("written")));

    static string Column(NodeCapabilities capabilities, string column, string otherwise) => capabilities.Column("backups", column, otherwise);

    static string Written(NodeCapabilities capabilities) => capabilities.Has("backups", "ProfileEvents")
        ? "ProfileEvents['WriteBufferFromFileDescriptorWriteBytes'] + ProfileEvents['WriteBufferFromS3Bytes']" : "0";
}

/// <summary>How far an operation is, as the server says it.</summary>
sealed record OperationReport(string Status, string Error, long Files, long TotalBytes, long Bytes, long Read, long Written)
{
    public bool IsGood => Status is "BACKUP_CREATED" or "RESTORED";

    public bool HasFailed => Status is "BACKUP_FAILED" or "RESTORE_FAILED" or "BACKUP_CANCELLED" or "RESTORE_CANCELLED";
}
