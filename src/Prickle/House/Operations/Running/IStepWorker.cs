namespace Prickle.House.Operations.Running;

/// <summary>Knows one kind of step: what it would do, doing it, and taking it back. All three may begin anywhere in the middle.</summary>
interface IStepWorker
{
    bool Knows(OperationStep step);

    /// <summary>What it would do; nothing is changed.</summary>
    Task<PlannedStep> PlanAsync(StepPlanning planning, OperationStep step);

    /// <summary>Does what is not done yet. Ends only with what a check has confirmed.</summary>
    Task<StepEnd> RunAsync(StepRun run, OperationStep step);

    /// <summary>Takes back what was done of it.</summary>
    Task<StepEnd> UndoAsync(StepRun run, OperationStep step);
}

/// <summary>The same, with the step as its own kind.</summary>
abstract class StepWorker<TStep> : IStepWorker where TStep : OperationStep
{
    public bool Knows(OperationStep step) => step is TStep;

    public Task<PlannedStep> PlanAsync(StepPlanning planning, OperationStep step) => PlanAsync(planning, (TStep)step);

    public Task<StepEnd> RunAsync(StepRun run, OperationStep step) => RunAsync(run, (TStep)step);

    public Task<StepEnd> UndoAsync(StepRun run, OperationStep step) => UndoAsync(run, (TStep)step);

    protected abstract Task<PlannedStep> PlanAsync(StepPlanning planning, TStep step);
    protected abstract Task<StepEnd> RunAsync(StepRun run, TStep step);
    protected abstract Task<StepEnd> UndoAsync(StepRun run, TStep step);
}
