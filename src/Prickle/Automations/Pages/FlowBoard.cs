namespace Prickle.Automations.Pages;

/// <summary>What the parts of a drawn flow share: what is shown, how its runs go, and what can be done.</summary>
public sealed record FlowBoard
{
    public required int ProjectId { get; init; }
    public required AutomationDefinition Definition { get; init; }
    public required AutomationNames Names { get; init; }
    public required IReadOnlyList<AutomationProblem> Problems { get; init; }
    public required IReadOnlyList<StepCount> Counts { get; init; }

    /// <summary>How many runs are at a step now.</summary>
    public required IReadOnlyDictionary<string, int> Here { get; init; }

    /// <summary>The step whose form is open.</summary>
    public string? Selected { get; init; }
    public bool MayWrite { get; init; }

    public required Func<string, Task> Select { get; init; }

    /// <summary>Opens the step library for a place.</summary>
    public required Func<IReadOnlyList<FlowWay>, Task> Choose { get; init; }
    public required Func<string, FlowAct, Task> Do { get; init; }

    public IEnumerable<AutomationProblem> ProblemsOf(string step) => Problems.Where(problem => problem.Step == step);

    public int Count(string step, params StepState[] states) => Counts.Where(count => count.StepId == step && states.Contains(count.State)).Sum(count => count.Count);
}

/// <summary>What can be done with a step beside changing it.</summary>
public enum FlowAct
{
    MoveUp,
    MoveDown,
    Duplicate,
    Remove,
}
