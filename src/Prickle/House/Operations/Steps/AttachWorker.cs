using System.Globalization;
using Prickle.House.Frame;
using Prickle.House.Operations.Running;

namespace Prickle.House.Operations.Steps;

/// <summary>Gives a table the partitions of another of the same structure: files are linked, not written, on one node of each shard.</summary>
sealed class AttachWorker : StepWorker<AttachStep>
{
    const int Shown = 3;

    protected override async Task<PlannedStep> PlanAsync(StepPlanning planning, AttachStep step)
    {
        if (await planning.BothAsync(step.Database, step.From, step.To) is not var (from, to))
        {
            return new PlannedStep(step.Title, [], null);
        }
        var planned = new List<PlannedNode>();
        foreach (var leader in from.Leaders)
        {
            if (to.All.FirstOrDefault(place => place.Node == leader.Node) is not { Table.Shape: { } shape } || leader.Table.Shape is not { } own)
            {
                planning.Find(FindingWeight.Error, $"{leader.Node.Label} has no table {step.Database}.{step.To}.");
                continue;
            }
            if (!own.HasPartsFor(shape))
            {
                planning.Find(FindingWeight.Error, $"{step.From} and {step.To} are not sorted and partitioned alike on {leader.Node.Label}, so their parts do not fit: a step of kind copy writes them anew.");
            }
            var found = await planning.AskAsync(leader.Node, PartitionsSql, ("database", step.Database), ("table", step.From));
            var ids = found?.Rows.Select(row => row.Text("id")).ToList() ?? [];
            planned.Add(new PlannedNode(
                leader.Node.Label, [.. ids.Take(Shown).Select(id => Sql(step, id))], $"{ids.Count.ToString("n0", CultureInfo.InvariantCulture)} partitions, no row is written", ids.Count, leader.Table.Rows));
        }
        return new PlannedStep(step.Title, planned, null) { NeedsNoUndo = true };
    }

    protected override async Task<StepEnd> RunAsync(StepRun run, AttachStep step)
    {
        foreach (var leader in (await run.PlacesAsync(step.Database, step.From)).Leaders)
        {
            var node = leader.Node;
            var done = run.MemoryOf<List<string>>(node.Label);
            var ids = await ChunkCopy.PartitionsAsync(run, node, step.Database, step.From);
            await run.SaveAsync(node.Label, StepState.Running, done, done.Count, ids.Count);
            // Replacing a partition by the same parts once more changes nothing: whoever takes over may repeat the last one.
            foreach (var id in ids.Where(id => !done.Contains(id)).ToList())
            {
                await run.BreatheAsync();
                await run.SendAsync(node, Sql(step, id));
                done.Add(id);
                await run.SaveAsync(node.Label, StepState.Running, done, done.Count, ids.Count);
            }
            await run.SaveAsync(node.Label, StepState.Done, done, ids.Count, ids.Count);
        }
        return new StepEnd.Done();
    }

    // What was linked goes with the table that it was linked into.
    protected override Task<StepEnd> UndoAsync(StepRun run, AttachStep step) => Task.FromResult<StepEnd>(new StepEnd.Done());

    const string PartitionsSql = "SELECT DISTINCT partition_id AS id FROM system.parts WHERE active AND database = {database:String} AND table = {table:String} ORDER BY id";

    static string Sql(AttachStep step, string partition) =>
        $"ALTER TABLE {NodeSql.Quote(step.Database, step.To)} REPLACE PARTITION ID {NodeSql.Literal(partition)} FROM {NodeSql.Quote(step.Database, step.From)}";
}
