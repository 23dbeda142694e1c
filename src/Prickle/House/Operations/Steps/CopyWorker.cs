using System.Globalization;
using Prickle.House.Frame;
using Prickle.House.Operations.Running;

namespace Prickle.House.Operations.Steps;

/// <summary>Copies a table partition by partition, on one node of each shard: replicas get it from there.</summary>
sealed class CopyWorker : StepWorker<CopyStep>
{
    const int Shown = 3;

    /// <summary>Which partitions there are, and which of them are copied.</summary>
    sealed class Memory
    {
        public List<Chunk> Chunks { get; set; } = [];
        public List<long> Copied { get; set; } = [];
        public bool IsListed { get; set; }
    }

    protected override async Task<PlannedStep> PlanAsync(StepPlanning planning, CopyStep step)
    {
        if (await planning.BothAsync(step.Database, step.From, step.To) is not var (from, to))
        {
            return new PlannedStep(step.Title, [], null);
        }
        var planned = new List<PlannedNode>();
        foreach (var leader in from.Leaders)
        {
            if (to.All.FirstOrDefault(place => place.Node == leader.Node) is not { } target || target.Table.Shape is null)
            {
                planning.Find(FindingWeight.Error, $"{leader.Node.Label} has no table {step.Database}.{step.To}.");
                continue;
            }
            planned.Add(await PlanAsync(planning, step, leader, target.Table));
        }
        return new PlannedStep(step.Title, planned, $"DROP TABLE IF EXISTS {NodeSql.Quote(step.Database, ChunkCopy.BesideOf(step.To))}") { NeedsNoUndo = true };
    }

    static async Task<PlannedNode> PlanAsync(StepPlanning planning, CopyStep step, TableNode from, TableFacts to)
    {
        var parts = to.Shape!.PartitionParts;
        var found = await planning.AskAsync(from.Node, Chunks.Sql(from.Table.Sql, parts, [], step.Where ?? "1"));
        var chunks = found?.Rows.Select(row => new Chunk([.. parts.Select((_, at) => row.Text(Chunks.Name('v', at)))], [.. parts.Select((_, at) => row.Text(Chunks.Name('t', at)))])).ToList() ?? [];
        var rows = found?.Rows.Sum(row => row.Number(Chunks.Rows)) ?? 0;
        if (chunks.SelectMany(chunk => chunk.Types).FirstOrDefault(type => type.StartsWith("Nullable", StringComparison.Ordinal)) is not null)
        {
            planning.Find(FindingWeight.Error, "Partitions of values that may be null cannot be copied one by one.");
        }
        var bytes = from.Table.Rows == 0 ? 0 : (long)(from.Table.Bytes * ((double)rows / from.Table.Rows));
        var statements = chunks.Take(Shown).SelectMany(chunk => (string[])[ChunkCopy.Insert(from.Table, to, $"{chunk.Filter(parts)} AND ({step.Where ?? "1"})"), ChunkCopy.Replace(to, "…")]).ToList();
        return new PlannedNode(from.Node.Label, statements, $"{chunks.Count.ToString("n0", CultureInfo.InvariantCulture)} partitions", chunks.Count, rows, bytes) { Seconds = await planning.SecondsAsync(from) };
    }

    protected override async Task<StepEnd> RunAsync(StepRun run, CopyStep step)
    {
        var (from, to) = (await run.PlacesAsync(step.Database, step.From), await run.PlacesAsync(step.Database, step.To));
        foreach (var leader in from.Leaders)
        {
            if (to.All.FirstOrDefault(place => place.Node == leader.Node) is not { Table.Shape: { } shape } target)
            {
                return new StepEnd.Failed($"{leader.Node.Label} has no table {step.Database}.{step.To}.");
            }
            await CopyAsync(run, step, leader, target.Table, shape.PartitionParts);
        }
        return new StepEnd.Done();
    }

    static async Task CopyAsync(StepRun run, CopyStep step, TableNode from, TableFacts to, IReadOnlyList<string> parts)
    {
        var node = from.Node;
        var memory = run.MemoryOf<Memory>(node.Label);
        if (!memory.IsListed)
        {
            memory.Chunks = [.. (await Chunks.SumAsync(run, node, from.Table.Sql, parts, [], step.Where ?? "1")).Select(sum => sum.Chunk)];
            memory.IsListed = true;
        }
        await run.SaveAsync(node.Label, StepState.Running, memory, memory.Copied.Count, memory.Chunks.Count);
        while (memory.Copied.Count < memory.Chunks.Count)
        {
            await run.BreatheAsync();
            memory.Copied.Add(await ChunkCopy.RunAsync(run, node, from.Table, to, memory.Chunks[memory.Copied.Count], step.Where ?? "1"));
            await run.SaveAsync(node.Label, StepState.Running, memory, memory.Copied.Count, detail: Words(memory));
        }
        await run.SaveAsync(node.Label, StepState.Done, memory, memory.Copied.Count, detail: Words(memory));
    }

    // What was copied goes with the table it was copied into.
    protected override async Task<StepEnd> UndoAsync(StepRun run, CopyStep step)
    {
        foreach (var node in run.Server.Nodes.Where(node => run.RowOf(node.Label).State is not (StepState.Pending or StepState.Undone)))
        {
            await run.SendAsync(node, $"DROP TABLE IF EXISTS {NodeSql.Quote(step.Database, ChunkCopy.BesideOf(step.To))}");
            await run.SaveAsync(node.Label, StepState.Undone);
        }
        return new StepEnd.Done();
    }

    static string Words(Memory memory) => string.Create(CultureInfo.InvariantCulture, $"{memory.Copied.Sum():n0} rows");
}
