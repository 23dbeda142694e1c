namespace Prickle.House.Operations.Pages;

/// <summary>What can be taken back, and until when.</summary>
static class UndoWords
{
    /// <summary>The first step that nothing takes back; null where there is none, or no dry run says it.</summary>
    public static int? NoReturn(OperationPlan? plan)
    {
        var found = plan is null || plan.HasErrors ? -1 : plan.Steps.ToList().FindIndex(IsFinal);
        return found < 0 ? null : found;
    }

    public static bool IsFinal(PlannedStep step) => step is { Undo: null, NeedsNoUndo: false };

    /// <summary>What stands at the line between what can be undone and what cannot.</summary>
    public static string OfLine(Operation operation, int at) => operation.Definition.Steps[at] is DropStep { AfterDays: > 0 }
        ? operation.DropAt is { } when ? $"Everything above can be undone until {when.UtcDateTime:d MMMM yyyy, HH:mm} UTC" : $"Everything above can be undone for {OperationLooks.Days(DaysOf(operation))} after it is done"
        : at == 0 ? "Nothing below can be undone" : "What is above can be undone until the next step begins, and nothing after that";

    /// <summary>The whole, in a sentence for whoever approves.</summary>
    public static string Of(Operation operation) => NoReturn(operation.Plan) switch
    {
        null => "Everything can be undone until it is done.",
        { } at when operation.Definition.Steps[at] is DropStep { AfterDays: > 0 } => $"Everything can be undone for {OperationLooks.Days(DaysOf(operation))} after it is done: until then the old tables are kept.",
        { } at => $"Nothing takes back {OperationLooks.StepOf(at)}, {operation.Plan!.Steps[at].Title}.",
    };

    /// <summary>What undoing does now, the last step first.</summary>
    /// <param name="begun">Steps at which something was done.</param>
    public static IReadOnlyList<QuestionLine> Lines(Operation operation, IReadOnlyCollection<int> begun) => operation.Plan is not { } plan ? [] :
    [
        .. plan.Steps.Select((step, number) => (Step: step, Number: number))
            .Where(one => begun.Contains(one.Number) && operation.Definition.Steps[one.Number] is not DropStep && !one.Step.NeedsNoUndo)
            .Reverse()
            .Select(one => new QuestionLine($"Step {one.Number + 1}: {one.Step.Title}", one.Step.Undo ?? "Cannot be undone: it stops there, and somebody decides.", one.Step.Undo is null)),
    ];

    static int DaysOf(Operation operation) => operation.Definition.Steps.OfType<DropStep>().Max(step => step.AfterDays);
}
