using Prickle.House.Operations.Running;

namespace Prickle.House.Operations.Steps;

/// <summary>Runs a statement where its check says that it has not been done.</summary>
sealed class StatementWorker : StepWorker<StatementStep>
{
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    protected override async Task<PlannedStep> PlanAsync(StepPlanning planning, StatementStep step)
    {
        var nodes = step is { Database: { } database, Table: { } table }
            ? (await planning.PlacesAsync(database, table)).For(step.Nodes).Select(place => place.Node).ToList() : [.. planning.Server.Nodes];
        if (nodes.Count == 0)
        {
            planning.Find(FindingWeight.Error, $"There is no table {step.Database}.{step.Table}.");
        }
        var planned = new List<PlannedNode>();
        foreach (var node in nodes)
        {
            var isDone = await planning.AskAsync(node, step.DoneWhen) is { Count: > 0 } found && found.Rows.First().Text(found.Columns[0].Name) is not ("0" or "");
            planned.Add(new PlannedNode(node.Label, isDone ? [] : [step.Sql], isDone ? "done before" : "not done yet"));
        }
        return new PlannedStep(step.Title, planned, step.Undo);
    }

    protected override async Task<StepEnd> RunAsync(StepRun run, StatementStep step)
    {
        foreach (var node in await NodesAsync(run, step))
        {
            await run.BreatheAsync();
            if (run.RowOf(node.Label).State == StepState.Pending && await run.IsTrueAsync(node, step.DoneWhen))
            {
                await run.SaveAsync(node.Label, StepState.Skipped, done: 1, all: 1, detail: "It had been done before.");
                continue;
            }
            if (run.RowOf(node.Label).State is StepState.Skipped)
            {
                continue;
            }
            await run.SaveAsync(node.Label, StepState.Running, all: 1);
            await run.SendAsync(node, step.Sql, () => run.IsTrueAsync(node, step.DoneWhen));
            await WaitAsync(run, node, step.DoneWhen, step.Waits);
            await run.SaveAsync(node.Label, StepState.Done, done: 1, all: 1);
        }
        return new StepEnd.Done();
    }

    protected override async Task<StepEnd> UndoAsync(StepRun run, StatementStep step)
    {
        var begun = run.Rows.Where(row => row.State is not (StepState.Pending or StepState.Skipped or StepState.Undone)).Select(row => row.Node).ToHashSet();
        foreach (var node in run.Server.Nodes.Where(node => begun.Contains(node.Label)))
        {
            if (!await run.IsTrueAsync(node, step.DoneWhen))
            {
                await run.SaveAsync(node.Label, StepState.Undone);
                continue;
            }
            if (step.Undo is not { } undo)
            {
                return new StepEnd.Failed("Nothing takes this step back.");
            }
            await run.SaveAsync(node.Label, StepState.Undoing);
            await run.SendAsync(node, undo, async () => !await run.IsTrueAsync(node, step.DoneWhen));
            await run.SaveAsync(node.Label, StepState.Undone);
        }
        return new StepEnd.Done();
    }

    static async Task<IEnumerable<OperationNode>> NodesAsync(StepRun run, StatementStep step) =>
        step is { Database: { } database, Table: { } table } ? (await run.PlacesAsync(database, table)).For(step.Nodes).Select(place => place.Node) : run.Server.Nodes;

    static async Task WaitAsync(StepRun run, OperationNode node, string doneWhen, bool isLong)
    {
        for (var begun = run.Time.GetTimestamp(); !await run.IsTrueAsync(node, doneWhen);)
        {
            if (!isLong && run.Time.GetElapsedTime(begun) > TimeSpan.FromSeconds(30))
            {
                throw new StepInterruption(new StepEnd.Failed($"{node.Label}: the statement ran, and its check still says that it is not done."));
            }
            await run.BreatheAsync();
            await Task.Delay(Look, run.Time, run.Stopping);
        }
    }
}
