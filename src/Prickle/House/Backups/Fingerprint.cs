namespace Prickle.House.Backups;

/// <summary>What tables held when a backup was made.</summary>
/// <param name="Tables">Those whose rows were looked at: tables of the MergeTree family.</param>
/// <param name="Others">Tables in the backup that hold no rows of their own, or whose rows cannot be compared.</param>
sealed record Fingerprint(IReadOnlyList<TableFingerprint> Tables, IReadOnlyList<BackupTable> Others)
{
    /// <summary>What the parts took on the disk: what there is to do.</summary>
    public long BytesOnDisk => Tables.Sum(table => table.Bytes);

    public TableFingerprint? Find(BackupTable table) => Tables.FirstOrDefault(one => one.Table == table);
}

/// <param name="Bytes">On the disk.</param>
/// <param name="Note">Why the rows were not hashed, where they were to be.</param>
sealed record TableFingerprint(BackupTable Table, long Bytes, IReadOnlyList<PartitionFingerprint> Partitions, string? Note)
{
    /// <summary>Its engine makes one row of several while it merges: their number goes up and down.</summary>
    public bool IsCollapsing { get; init; }

    public long Rows => Partitions.Sum(partition => partition.Rows);
}

/// <summary>A partition just before the backup, and just after it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Parts">A hash over the names of its parts. Parts never change: the same names are the same rows.</param>
/// <param name="Rows">In its parts, before; those that are deleted and not yet merged away included.</param>
/// <param name="Hash">Number and hash of its rows, before; null where they were not read.</param>
/// <param name="RowsAfter">Null before the backup was done. The same as before where the parts are.</param>
/// <param name="IsStill">Nothing was written between both looks; null before the second.</param>
sealed record PartitionFingerprint(string Id, string Parts, long Rows, string? Hash, long? RowsAfter, bool? IsStill);
