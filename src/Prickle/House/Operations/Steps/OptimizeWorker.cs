using Prickle.House.Frame;
using Prickle.House.Operations.Running;

namespace Prickle.House.Operations.Steps;

/// <summary>Merges each partition into one part, one after the other, on one node of each shard.</summary>
sealed class OptimizeWorker : StepWorker<OptimizeStep>
{
    const int Shown = 3;

    protected override async Task<PlannedStep> PlanAsync(StepPlanning planning, OptimizeStep step)
    {
        var places = await planning.PlacesAsync(step.Database, step.Table);
        var planned = new List<PlannedNode>();
        foreach (var leader in places.Leaders)
        {
            var found = await planning.AskAsync(
                leader.Node, "SELECT DISTINCT partition_id AS id FROM system.parts WHERE active AND database = {database:String} AND table = {table:String} ORDER BY id",
                ("database", step.Database), ("table", step.Table));
            var ids = found?.Rows.Select(row => row.Text("id")).ToList() ?? [];
            planned.Add(new PlannedNode(leader.Node.Label, [.. ids.Take(Shown).Select(id => Sql(step, id))], $"{ids.Count} partitions", ids.Count, leader.Table.Rows, leader.Table.Bytes) { Seconds = await planning.SecondsAsync(leader) });
        }
        return new PlannedStep(step.Title, planned, null) { NeedsNoUndo = true };
    }

    protected override async Task<StepEnd> RunAsync(StepRun run, OptimizeStep step)
    {
        foreach (var leader in (await run.PlacesAsync(step.Database, step.Table)).Leaders)
        {
            var done = run.MemoryOf<List<string>>(leader.Node.Label);
            var ids = await ChunkCopy.PartitionsAsync(run, leader.Node, step.Database, step.Table);
            foreach (var id in ids.Where(id => !done.Contains(id)).ToList())
            {
                await run.BreatheAsync();
                await run.SendAsync(leader.Node, Sql(step, id), isHeavy: true);
                done.Add(id);
                await run.SaveAsync(leader.Node.Label, StepState.Running, done, done.Count, ids.Count);
            }
            await run.SaveAsync(leader.Node.Label, StepState.Done, done, ids.Count, ids.Count);
        }
        return new StepEnd.Done();
    }

    // Merged parts hold the same rows: there is nothing to take back.
    protected override Task<StepEnd> UndoAsync(StepRun run, OptimizeStep step) => Task.FromResult<StepEnd>(new StepEnd.Done());

    static string Sql(OptimizeStep step, string partition) => $"OPTIMIZE TABLE {NodeSql.Quote(step.Database, step.Table)} PARTITION ID {NodeSql.Literal(partition)} FINAL";
}
