using Prickle.House.Frame;
using Prickle.House.Operations.Running;

namespace Prickle.House.Operations.Steps;

/// <summary>Makes an empty table like another, on each node by that node's own definition.</summary>
sealed class CreateWorker : StepWorker<CreateStep>
{
    protected override async Task<PlannedStep> PlanAsync(StepPlanning planning, CreateStep step)
    {
        var like = await planning.PlacesAsync(step.Database, step.Like);
        if (like.IsNowhere)
        {
            planning.Find(FindingWeight.Error, $"There is no table {step.Database}.{step.Like}.");
        }
        if (!await planning.IsFreeAsync(step.Database, step.Name))
        {
            planning.Find(FindingWeight.Error, $"There is a table {step.Database}.{step.Name} already.");
        }
        if (like.All.FirstOrDefault(place => place.Table.Shape is not { IsMergeTree: true }) is { } other)
        {
            planning.Find(FindingWeight.Error, $"{step.Database}.{step.Like} is no table of the MergeTree family on {other.Node.Label}.");
            return new PlannedStep(step.Title, [], null);
        }
        planning.Make(step.Database, step.Name, new TablePlaces([.. like.All.Select(place => place with
        {
            Table = place.Table with { Name = step.Name, Shape = place.Table.Shape!.For(step), Rows = 0, Bytes = 0, Path = place.Table.Path.Length > 0 ? $"{place.Table.Path}_{step.Name}" : "" },
        })]));
        return new PlannedStep(
            step.Title, [.. like.All.Select(place => new PlannedNode(place.Node.Label, [place.Table.Shape!.For(step).ToSql(step.Database, step.Name)], "not there yet"))], DropSql(step));
    }

    protected override async Task<StepEnd> RunAsync(StepRun run, CreateStep step)
    {
        foreach (var place in (await run.PlacesAsync(step.Database, step.Like)).All)
        {
            await run.SaveAsync(place.Node.Label, StepState.Running, all: 1);
            await run.SendAsync(place.Node, place.Table.Shape!.For(step).ToSql(step.Database, step.Name), async () => await run.FindAsync(place.Node, step.Database, step.Name) is not null);
            await run.SaveAsync(place.Node.Label, StepState.Done, done: 1, all: 1);
        }
        return new StepEnd.Done();
    }

    protected override async Task<StepEnd> UndoAsync(StepRun run, CreateStep step)
    {
        foreach (var node in run.Server.Nodes.Where(node => run.RowOf(node.Label).State is not (StepState.Pending or StepState.Undone)))
        {
            await run.SaveAsync(node.Label, StepState.Undoing);
            await run.SendAsync(node, DropSql(step));
            await run.SaveAsync(node.Label, StepState.Undone);
        }
        return new StepEnd.Done();
    }

    static string DropSql(CreateStep step) => $"DROP TABLE IF EXISTS {NodeSql.Quote(step.Database, step.Name)}";
}
