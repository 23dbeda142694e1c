using Prickle.House.Frame;
using Prickle.House.Operations.Running;

namespace Prickle.House.Operations.Steps;

/// <summary>Drops a table when its time has come: the one who runs the operation calls it then, and not before.</summary>
sealed class DropWorker : StepWorker<DropStep>
{
    protected override async Task<PlannedStep> PlanAsync(StepPlanning planning, DropStep step)
    {
        var places = await planning.PlacesAsync(step.Database, step.Table);
        return new PlannedStep(
            step.Title, [.. places.All.Select(place => new PlannedNode(place.Node.Label, [Sql(step)], $"after {step.AfterDays} days", 1, place.Table.Rows, place.Table.Bytes))], null);
    }

    protected override async Task<StepEnd> RunAsync(StepRun run, DropStep step)
    {
        foreach (var place in (await run.PlacesAsync(step.Database, step.Table)).All)
        {
            await run.SaveAsync(place.Node.Label, StepState.Running, all: 1);
            await run.SendAsync(place.Node, Sql(step));
            await run.SaveAsync(place.Node.Label, StepState.Done, done: 1, all: 1);
        }
        return new StepEnd.Done();
    }

    protected override Task<StepEnd> UndoAsync(StepRun run, DropStep step) => Task.FromResult<StepEnd>(
        run.Rows.Any(row => row.State is StepState.Running or StepState.Done) ? new StepEnd.Failed("A table that was dropped does not come back.") : new StepEnd.Done());

    static string Sql(DropStep step) => $"DROP TABLE IF EXISTS {NodeSql.Quote(step.Database, step.Table)}";
}
