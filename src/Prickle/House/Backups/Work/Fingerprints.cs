using System.Globalization;
using Prickle.ClickHouse.Nodes;
using Prickle.House.Frame;
using Prickle.Servers;

namespace Prickle.House.Backups.Work;

/// <summary>
/// Looks at what tables hold just before a backup and just after it. Rows arrive meanwhile; parts never change, so a partition
/// that had the same parts at both looks held in between exactly what was counted, and one that had not is known to have moved.
/// </summary>
sealed class Fingerprints(BackupNodes nodes)
{
    const int MostPartitions = 20_000;
    static readonly TimeSpan Reading = TimeSpan.FromHours(1);

    /// <summary>Before the backup.</summary>
    /// <param name="server">Whose tables.</param>
    /// <param name="node">Of which node.</param>
    /// <param name="scope">Which.</param>
    /// <param name="hashes">Whether every row is read.</param>
    /// <param name="known">Of an earlier backup: what stood still since then need not be read again.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<(Fingerprint? Fingerprint, NodeFailure? Failure)> TakeAsync(
        WatchedServer server, Uri node, BackupScope scope, bool hashes, Fingerprint? known, CancellationToken cancellationToken)
    {
        var (tables, failure) = await RowsAsync(server, node, BackupNodes.Tables, cancellationToken);
        if (tables is null)
        {
            return (null, failure);
        }
        var wanted = tables.Where(table => scope.Holds(table.Table)).ToList();
        var (parts, broken) = await RowsAsync(server, node, PartsOf(wanted.Where(table => table.HasParts).Select(table => table.Table.Database).Distinct()), cancellationToken);
        if (parts is null)
        {
            return (null, broken);
        }
        var contents = new Dictionary<BackupTable, (Dictionary<string, Content>? Read, NodeFailure? Failure)>();
        var byTable = parts.ToLookup(part => part.Table);
        foreach (var table in wanted.Where(table => table.HasParts && hashes && parts.Count < MostPartitions).Select(table => table.Table))
        {
            var hashed = HashesOf(known?.Find(table));
            var unknown = byTable[table].Where(part => !hashed.ContainsKey((part.Partition, part.Parts))).Select(part => part.Partition).ToList();
            contents[table] = unknown.Count == 0 ? ([], null) : await ContentAsync(server, node, table, unknown, cancellationToken);
        }
        // Looked at once more, because reading takes its time: what moved meanwhile has no hash.
        var (again, lost) = await RowsAsync(server, node, PartsOf(wanted.Where(table => table.HasParts).Select(table => table.Table.Database).Distinct()), cancellationToken);
        if (again is null)
        {
            return (null, lost);
        }
        var now = again.ToLookup(part => part.Table);
        var seen = parts.ToDictionary(part => (part.Table, part.Partition), part => part.Parts);
        return (new Fingerprint(
            [.. wanted.Where(table => table.HasParts).Select(table =>
                Of(table.Table, [.. now[table.Table]], seen, contents.GetValueOrDefault(table.Table), hashes ? known?.Find(table.Table) : null) with
            {
                IsCollapsing = table.Engine is not ("MergeTree" or "ReplicatedMergeTree"),
            })],
            [.. wanted.Where(table => !table.HasParts).Select(table => table.Table)]), null);
    }

    /// <summary>After the backup: which partitions stood still.</summary>
    public async Task<Fingerprint> CompleteAsync(WatchedServer server, Uri node, Fingerprint before, CancellationToken cancellationToken)
    {
        var (parts, _) = await RowsAsync(server, node, PartsOf(before.Tables.Select(table => table.Table.Database).Distinct()), cancellationToken);
        var now = parts?.ToDictionary(part => (part.Table, part.Partition));
        return before with { Tables = [.. before.Tables.Select(table => table with { Partitions = [.. Completed(table, now)] })] };
    }

    static IEnumerable<PartitionFingerprint> Completed(TableFingerprint table, Dictionary<(BackupTable, string), PartitionParts>? now)
    {
        foreach (var partition in table.Partitions)
        {
            var after = now?.GetValueOrDefault((table.Table, partition.Id));
            // One that could not be looked at again is not known to have stood still.
            yield return partition with { RowsAfter = now is null ? null : after?.Rows ?? 0, IsStill = after is not null && after.Parts == partition.Parts };
        }
        foreach (var added in now?.Values.Where(part => part.Table == table.Table && table.Partitions.All(partition => partition.Id != part.Partition)) ?? [])
        {
            yield return new PartitionFingerprint(added.Partition, "", 0, null, added.Rows, false);
        }
    }

    static TableFingerprint Of(
        BackupTable table, IReadOnlyList<PartitionParts> parts, Dictionary<(BackupTable, string), string> seen, (Dictionary<string, Content>? Read, NodeFailure? Failure) content,
            TableFingerprint? known)
    {
        var hashed = HashesOf(known);
        return new TableFingerprint(table, parts.Sum(part => part.Bytes),
            [.. parts.Select(part => new PartitionFingerprint(part.Partition, part.Parts, part.Rows, HashOf(part), null, null))],
            content.Failure is null ? null : $"They could not be read: {content.Failure.Message}");

        string? HashOf(PartitionParts part) => hashed.TryGetValue((part.Partition, part.Parts), out var before) ? before
            : seen.GetValueOrDefault((table, part.Partition)) == part.Parts ? content.Read?.GetValueOrDefault(part.Partition)?.Hash : null;
    }

    static Dictionary<(string, string), string> HashesOf(TableFingerprint? known) =>
        known?.Partitions.Where(partition => partition.Hash is not null).ToDictionary(partition => (partition.Id, partition.Parts), partition => partition.Hash!) ?? [];

    /// <summary>Counts and hashes rows by partition; null for all partitions.</summary>
    public async Task<(Dictionary<string, Content>? Content, NodeFailure? Failure)> ContentAsync(
        WatchedServer server, Uri node, BackupTable table, IReadOnlyList<string>? partitions, CancellationToken cancellationToken)
    {
        var (columns, missing) = await RowsAsync(server, node, ColumnsOf(table), cancellationToken);
        if (columns is null)
        {
            return (null, missing);
        }
        var filter = partitions is null ? "" : $" WHERE _partition_id IN ({string.Join(", ", partitions.Select(NodeSql.Literal))})";
        var sql = $"SELECT _partition_id AS partition, count() AS rows, toString(sum(cityHash64({string.Join(", ", columns.Select(Hashed))}))) AS hash FROM {BackupSql.Quote(table)}{filter} GROUP BY partition";
        // Reading is beside the work of others: it takes what is left.
        var reply = await nodes.RunAsync(server, node, sql, Reading, cancellationToken, [("priority", "10"), ("max_execution_time", "3600"), ("max_threads", "2")]);
        return reply switch
        {
            NodeReply.Answered answered => (answered.Table.Rows.ToDictionary(row => row.Text("partition"), row =>
                new Content(row.Number("rows"), $"{row.Number("rows")}:{row.Text("hash")}", row.Number("rows"))), null),
            NodeReply.Failed failed => (null, failed.Failure),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>What came out of a backup, with the rows that its parts hold.</summary>
    public async Task<(Dictionary<string, Content>? Content, NodeFailure? Failure)> RestoredAsync(WatchedServer server, Uri node, BackupTable table, CancellationToken cancellationToken)
    {
        var (content, failure) = await ContentAsync(server, node, table, null, cancellationToken);
        var (parts, missing) = content is null ? (null, failure) : await RowsAsync(server, node, PartsOf([table.Database]), cancellationToken);
        foreach (var part in parts?.Where(part => part.Table == table) ?? [])
        {
            content![part.Partition] = (content.GetValueOrDefault(part.Partition) ?? new Content(0, "0:0", 0)) with { InParts = part.Rows };
        }
        return (parts is null ? null : content, missing);
    }

    // A hash of null is null, and would take the whole row out of the sum.
    static string Hashed((string Name, string Type) column)
    {
        var name = NodeSql.Quote(column.Name);
        string[] nulls = ["Nullable(", "Dynamic", "Variant(", "JSON", "Object("];
        return nulls.Any(one => column.Type.Contains(one, StringComparison.Ordinal)) ? $"isNull({name}), ifNull(toString({name}), '')" : name;
    }

    static SystemQuery<(string Name, string Type)> ColumnsOf(BackupTable table) => new(
        _ => new NodeStatement("SELECT name, type FROM system.columns WHERE database = {database:String} AND table = {table:String} AND default_kind NOT IN ('ALIAS', 'EPHEMERAL') ORDER BY position")
        {
            Values = [("database", table.Database), ("table", table.Name)],
        },
        row => (row.Text("name"), row.Text("type")));

    static SystemQuery<PartitionParts> PartsOf(IEnumerable<string> databases) => new(
        _ => $"""
            SELECT database, table, partition_id, toString(cityHash64(arrayStringConcat(arraySort(groupArray(name)), ' '))) AS parts, sum(rows) AS rows, sum(bytes_on_disk) AS bytes
            FROM system.parts WHERE active AND database IN ({string.Join(", ", databases.Select(NodeSql.Literal).DefaultIfEmpty("''"))})
            GROUP BY database, table, partition_id
            """,
        row => new PartitionParts(new BackupTable(row.Text("database"), row.Text("table")), row.Text("partition_id"), row.Text("parts"), row.Number("rows"), row.Number("bytes")));

    async Task<(IReadOnlyList<T>? Rows, NodeFailure? Failure)> RowsAsync<T>(WatchedServer server, Uri node, SystemQuery<T> question, CancellationToken cancellationToken) =>
        await nodes.AskAsync(server, node, question, cancellationToken) switch
        {
            NodeAnswer<T>.Rows rows => (rows.Items, null),
            NodeAnswer<T>.Failed failed => (null, failed.Failure),
            NodeAnswer<T>.Missing missing => (null, new NodeFailure(NodeFailureKind.UnknownName,
                string.Create(CultureInfo.InvariantCulture, $"There is no {missing.Piece} here. {missing.Remedy}"))),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    sealed record PartitionParts(BackupTable Table, string Partition, string Parts, long Rows, long Bytes);
}

/// <summary>Rows of a partition, their number and a hash over all of them, and how many its parts hold.</summary>
sealed record Content(long Rows, string Hash, long InParts);
