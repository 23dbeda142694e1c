using System.Globalization;

namespace Prickle.House.Backups.Work;

/// <summary>Compares what came out of a backup with what its tables held when it was made.</summary>
static class DrillComparison
{
    /// <param name="table">Which.</param>
    /// <param name="made">What it held; null where that was not looked at.</param>
    /// <param name="restored">What came out, by partition.</param>
    public static DrilledTable Of(BackupTable table, TableFingerprint? made, IReadOnlyDictionary<string, Content> restored)
    {
        var rows = restored.Values.Sum(partition => partition.Rows);
        if (made is null)
        {
            return new DrilledTable(table, DrillVerdict.Readable, rows, "It can be restored and read. What it held was not looked at when the backup was made.");
        }
        var (counted, moved) = (0, 0);
        foreach (var partition in made.Partitions)
        {
            var found = restored.GetValueOrDefault(partition.Id) ?? new Content(0, "0:0", 0);
            if (partition.IsStill == true)
            {
                if (found.InParts != partition.Rows)
                {
                    return new DrilledTable(table, DrillVerdict.Different, rows, $"Partition {partition.Id} had {Number(partition.Rows)} rows, and {Number(found.InParts)} came out.");
                }
                if (partition.Hash is not null && partition.Hash != found.Hash)
                {
                    return new DrilledTable(table, DrillVerdict.Different, rows, $"The {Number(found.Rows)} rows of partition {partition.Id} are not those that were there.");
                }
                counted += partition.Hash is null ? 1 : 0;
                continue;
            }
            moved++;
            // Rows are added as a rule, so there were as many as at one of both looks, or some in between. Where merges make fewer of them, it is only
            // known that there were some.
            if (partition.RowsAfter is { } after && (made.IsCollapsing
                ? found.InParts == 0 && partition.Rows > 0 && after > 0
                : found.InParts < Math.Min(partition.Rows, after) || found.InParts > Math.Max(partition.Rows, after)))
            {
                return new DrilledTable(table, DrillVerdict.Different, rows,
                    $"Partition {partition.Id} had {Number(partition.Rows)} rows before the backup and {Number(after)} after it, and {Number(found.InParts)} came out.");
            }
        }
        if (restored.Keys.FirstOrDefault(id => made.Partitions.All(partition => partition.Id != id)) is { } stray)
        {
            return new DrilledTable(table, DrillVerdict.Different, rows, $"Partition {stray} came out, and was not there.");
        }
        var note = made.Note is null ? "" : $" {made.Note}";
        return moved > 0
            ? new DrilledTable(table, DrillVerdict.Fits, rows,
                $"{moved} of {made.Partitions.Count} partitions were written to while the backup was made: of those all rows can be read{(made.IsCollapsing ? "" : " and their number fits")}{(moved == made.Partitions.Count ? "" : counted > 0 ? "; the others have as many as they had" : "; the others are the same")}.{note}")
            : counted > 0 ? new DrilledTable(table, DrillVerdict.SameCount, rows,
                $"All rows can be read, and there are as many as there were. Their contents were not hashed, or changed while they were read for that.{note}")
            : new DrilledTable(table, DrillVerdict.Same, rows, "Every row is as it was.");
    }

    static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
