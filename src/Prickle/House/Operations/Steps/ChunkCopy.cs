using System.Globalization;
using Prickle.House.Frame;
using Prickle.House.Operations.Running;

namespace Prickle.House.Operations.Steps;

/// <summary>
/// Brings the rows of one chunk from a table into another so that it may be done again at any point: they go into a plain table
/// beside, are counted there, and replace the chunk's partition of the other table whole.
/// </summary>
static class ChunkCopy
{
    const int MostRounds = 3;

    /// <summary>The table beside, in which a partition is put together.</summary>
    public static string BesideOf(string table) => $"{table}_part";

    public static string Insert(TableFacts from, TableFacts to, string condition)
    {
        var columns = string.Join(", ", from.ColumnsInto(to));
        return $"INSERT INTO {NodeSql.Quote(to.Database, BesideOf(to.Name))} ({columns}) SELECT {columns} FROM {from.Sql} WHERE {condition}";
    }

    public static string Replace(TableFacts to, string partition) =>
        $"ALTER TABLE {to.Sql} REPLACE PARTITION ID {NodeSql.Literal(partition)} FROM {NodeSql.Quote(to.Database, BesideOf(to.Name))}";

    public static string Drop(TableFacts to) => $"DROP TABLE IF EXISTS {NodeSql.Quote(to.Database, BesideOf(to.Name))}";

    /// <summary>Copies it; gives how many rows it has now.</summary>
    /// <param name="condition">Which rows, besides being of the chunk.</param>
    public static async Task<long> RunAsync(StepRun run, OperationNode node, TableFacts from, TableFacts to, Chunk chunk, string condition)
    {
        var filter = $"{chunk.Filter(to.Shape!.PartitionParts)} AND ({condition})";
        var beside = NodeSql.Quote(to.Database, BesideOf(to.Name));
        for (var round = 1; ; round++)
        {
            await run.SendAsync(node, Drop(to));
            await run.SendAsync(node, to.Shape.Beside().ToSql(to.Database, BesideOf(to.Name)), () => IsThereAsync(run, node, to));
            var before = await CountAsync(run, node, from.Sql, filter);
            await run.SendAsync(node, Insert(from, to, filter), isHeavy: true);
            var (copied, after) = (await CountAsync(run, node, beside, "1"), await CountAsync(run, node, from.Sql, filter));
            // Others may write to it meanwhile: it is right if it is what was there at some moment.
            if (copied >= Math.Min(before, after) && copied <= Math.Max(before, after))
            {
                await PlaceAsync(run, node, to, chunk, copied);
                await run.SendAsync(node, Drop(to));
                return copied;
            }
            if (round == MostRounds)
            {
                throw new StepInterruption(new StepEnd.Failed(string.Create(
                    CultureInfo.InvariantCulture, $"{node.Label}: of {chunk.Name}, {copied} rows were copied and {before} were there. Nothing was replaced.")));
            }
            // A statement whose end was unknown may have run twice: it is put together anew.
            await run.BreatheAsync();
        }
    }

    static async Task PlaceAsync(StepRun run, OperationNode node, TableFacts to, Chunk chunk, long copied)
    {
        var ids = await PartitionsAsync(run, node, to.Database, BesideOf(to.Name));
        if (ids.Count > 1)
        {
            throw new StepInterruption(new StepEnd.Failed($"{node.Label}: the rows of {chunk.Name} fall into {ids.Count} partitions ({string.Join(", ", ids.Take(5))}). Nothing was replaced."));
        }
        if (ids.Count == 1)
        {
            await run.SendAsync(node, Replace(to, ids[0]));
            var there = await CountAsync(run, node, to.Sql, chunk.Filter(to.Shape!.PartitionParts));
            if (there != copied && !to.Shape.MergesRows)
            {
                throw new StepInterruption(new StepEnd.Failed(string.Create(CultureInfo.InvariantCulture, $"{node.Label}: {chunk.Name} of the new table has {there} rows instead of {copied}.")));
            }
        }
    }

    public static async Task<IReadOnlyList<string>> PartitionsAsync(StepRun run, OperationNode node, string database, string table) =>
        [.. (await run.AskAsync(
            node, "SELECT DISTINCT partition_id AS id FROM system.parts WHERE active AND database = {database:String} AND table = {table:String} ORDER BY id",
            ("database", database), ("table", table))).Rows.Select(row => row.Text("id"))];

    public static async Task<long> CountAsync(StepRun run, OperationNode node, string table, string condition) =>
        long.Parse(await run.ValueAsync(node, $"SELECT count() AS {Chunks.Rows} FROM {table} WHERE {condition}"), CultureInfo.InvariantCulture);

    static Task<bool> IsThereAsync(StepRun run, OperationNode node, TableFacts to) => run.IsTrueAsync(
        node, $"SELECT count() AS n FROM system.tables WHERE database = {NodeSql.Literal(to.Database)} AND name = {NodeSql.Literal(BesideOf(to.Name))}");
}
