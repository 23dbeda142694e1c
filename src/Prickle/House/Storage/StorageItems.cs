namespace Prickle.House.Storage;

/// <summary>What the active parts of a table take on one node.</summary>
/// <param name="Bytes">On disk, with marks and indexes.</param>
/// <param name="Compressed">Of the columns' data alone.</param>
/// <param name="Raw">The same, before compression.</param>
sealed record TableSize(
    string Database, string Table, long Rows, long Bytes, long Compressed, long Raw, long Parts, long Partitions, DateTimeOffset? ChangedAt);

/// <summary>A table by name.</summary>
sealed record TableKind(string Database, string Name, string Engine, string EngineFull);

/// <summary>How a table is defined.</summary>
sealed record TableDefinition(string Engine, string Sql, string PartitionKey, string SortingKey, string PrimaryKey);

/// <summary>A column, and what it takes on one node. Of parts that keep all columns in one file no server tells it.</summary>
/// <param name="OfTable">What the columns of all parts take together.</param>
sealed record ColumnSize(
    string Name, string Type, long Compressed, long Raw, string Codec, bool IsInSortingKey, bool IsInPartitionKey, string DefaultKind, string Comment, long OfTable);

/// <summary>A partition on one node.</summary>
sealed record PartitionSize(string Partition, long Parts, long Rows, long Bytes, DateTimeOffset? ChangedAt);

/// <summary>A part on one node.</summary>
sealed record Part(string Name, string Partition, long Rows, long Bytes, long Level, bool IsActive, DateTimeOffset? ChangedAt, string Disk);

/// <summary>A part that the server put aside, on one node.</summary>
sealed record DetachedPart(string Database, string Table, string Name, string PartitionId, string Reason, long Bytes);

/// <summary>A disk of one node.</summary>
sealed record Disk(string Name, string Path, string Type, long Free, long Total)
{
    public long Used => Math.Max(0, Total - Free);

    /// <summary>Object stores have no end: what they say of their space means nothing.</summary>
    public bool HasEnd => Total > 0 && Total < 1L << 60;
}

/// <summary>A table over all nodes that were asked.</summary>
/// <param name="Nodes">How many nodes have it.</param>
sealed record TableLine(
    string Database, string Table, string Engine, long Rows, long Bytes, long Compressed, long Raw, long Parts, long Partitions, int Nodes, DateTimeOffset? ChangedAt)
{
    /// <summary>How many times smaller compression makes it; null where nothing is known.</summary>
    public double? Ratio => Compressed > 0 && Raw > 0 ? (double)Raw / Compressed : null;
}
