using Prickle.House.Operations.Running;

namespace Prickle.House.Operations.Steps;

/// <summary>Waits until something is true on every node, for so long and no longer.</summary>
sealed class AssertWorker : StepWorker<AssertStep>
{
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    protected override async Task<PlannedStep> PlanAsync(StepPlanning planning, AssertStep step)
    {
        var planned = new List<PlannedNode>();
        foreach (var node in planning.Server.Nodes)
        {
            var found = await planning.AskAsync(node, step.Sql);
            planned.Add(new PlannedNode(node.Label, [step.Sql], found is { Count: > 0 } && found.Rows.First().Text(found.Columns[0].Name) is not ("0" or "") ? "true now" : "not true now"));
        }
        return new PlannedStep(step.Title, planned, null) { NeedsNoUndo = true };
    }

    protected override async Task<StepEnd> RunAsync(StepRun run, AssertStep step)
    {
        foreach (var node in run.Server.Nodes)
        {
            await run.SaveAsync(node.Label, StepState.Waiting, all: 1);
            for (var begun = run.RowOf(node.Label).StartedAt; !await run.IsTrueAsync(node, step.Sql);)
            {
                if (run.Time.GetUtcNow() - begun > TimeSpan.FromSeconds(step.TimeoutSeconds))
                {
                    return new StepEnd.Failed($"{node.Label}: it is not true after {step.TimeoutSeconds} seconds.");
                }
                await run.BreatheAsync();
                await Task.Delay(Look, run.Time, run.Stopping);
            }
            await run.SaveAsync(node.Label, StepState.Done, done: 1, all: 1);
        }
        return new StepEnd.Done();
    }

    protected override Task<StepEnd> UndoAsync(StepRun run, AssertStep step) => Task.FromResult<StepEnd>(new StepEnd.Done());
}
