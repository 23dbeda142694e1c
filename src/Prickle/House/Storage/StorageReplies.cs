using Prickle.Api;
using Prickle.House.Advice;
using Prickle.House.Frame;

namespace Prickle.House.Storage;

/// <summary>A page of tables, and what became of the question at each node: those that gave no answer are missing in its figures.</summary>
sealed record TablePageItem(ApiPage<TableItem> Tables, IReadOnlyList<NodeSaying> Nodes);

/// <summary>A table over the nodes that were asked. Sizes are in bytes.</summary>
sealed record TableItem(
    string Database, string Table, string Engine, long Rows, long BytesOnDisk, long CompressedBytes, long UncompressedBytes, double? Ratio, long Parts, long Partitions, int Nodes, DateTimeOffset? ChangedAt)
{
    public static TableItem Of(TableLine table) => new(
        table.Database, table.Table, table.Engine, table.Rows, table.Bytes, table.Compressed, table.Raw, table.Ratio, table.Parts, table.Partitions, table.Nodes, table.ChangedAt);
}

/// <summary>A column.</summary>
sealed record ColumnItem(string Name, string Type, string Codec, long CompressedBytes, long UncompressedBytes, bool IsInSortingKey, bool IsInPartitionKey, string DefaultKind, string Comment)
{
    public static ColumnItem Of(ColumnSize column) => new(
        column.Name, column.Type, column.Codec, column.Compressed, column.Raw, column.IsInSortingKey, column.IsInPartitionKey, column.DefaultKind, column.Comment);
}

/// <summary>A partition.</summary>
sealed record PartitionItem(string Partition, long Parts, long Rows, long BytesOnDisk, DateTimeOffset? ChangedAt)
{
    public static PartitionItem Of(PartitionSize partition) => new(partition.Partition, partition.Parts, partition.Rows, partition.Bytes, partition.ChangedAt);
}

/// <summary>A part.</summary>
sealed record PartItem(string Name, string Partition, long Rows, long BytesOnDisk, long Level, bool IsActive, DateTimeOffset? ChangedAt, string Disk)
{
    public static PartItem Of(Part part) => new(part.Name, part.Partition, part.Rows, part.Bytes, part.Level, part.IsActive, part.ChangedAt, part.Disk);
}

/// <summary>A part that was put aside.</summary>
sealed record DetachedItem(string Database, string Table, string Name, string PartitionId, string Reason, long BytesOnDisk)
{
    public static DetachedItem Of(DetachedPart part) => new(part.Database, part.Table, part.Name, part.PartitionId, part.Reason, part.Bytes);
}

/// <summary>A disk. Sizes are in bytes; object stores tell no end.</summary>
sealed record DiskItem(string Name, string Path, string Type, long FreeBytes, long TotalBytes, bool HasEnd)
{
    public static DiskItem Of(Disk disk) => new(disk.Name, disk.Path, disk.Type, disk.Free, disk.Total, disk.HasEnd);
}

/// <summary>What one advisor found.</summary>
sealed record AdvisorItem(string Key, string Title, FleetItem<FindingItem> Findings);

/// <summary>Something that could be better.</summary>
sealed record FindingItem(FindingLevel Level, string Where, string What, string Why, string? Statement)
{
    public static FindingItem Of(Finding finding) => new(finding.Level, finding.Where, finding.What, finding.Why, finding.Statement);
}
