using Prickle.House.Operations.Running;

namespace Prickle.House.Operations.Steps;

/// <summary>Stops until somebody says go: whoever does moves the operation past this step.</summary>
sealed class GateWorker : StepWorker<GateStep>
{
    protected override Task<PlannedStep> PlanAsync(StepPlanning planning, GateStep step) =>
        Task.FromResult(new PlannedStep(step.Title, [], null) { NeedsNoUndo = true });

    protected override Task<StepEnd> RunAsync(StepRun run, GateStep step) => Task.FromResult<StepEnd>(new StepEnd.Paused(step.Question));

    protected override Task<StepEnd> UndoAsync(StepRun run, GateStep step) => Task.FromResult<StepEnd>(new StepEnd.Done());
}
