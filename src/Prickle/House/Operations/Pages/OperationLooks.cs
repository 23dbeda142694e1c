using System.Globalization;
using MudBlazor;
using Prickle.Ui.Values;

namespace Prickle.House.Operations.Pages;

/// <summary>How operations and their steps look: words, colours, pictures.</summary>
static class OperationLooks
{
    static readonly ValueUnit Count = ValueUnit.Count();
    static readonly ValueUnit Bytes = ValueUnit.Bytes();
    static readonly ValueUnit Seconds = ValueUnit.Seconds();

    public static string NameOf(OperationState state) => state == OperationState.Draft ? "draft" : OperationWords.Of(state);

    public static string? ChipOf(OperationState state) => state switch
    {
        OperationState.Draft or OperationState.Planned or OperationState.Cancelled or OperationState.RolledBack => "plain",
        OperationState.Throttled or OperationState.Paused or OperationState.RollingBack => "warning",
        OperationState.Failed or OperationState.RollbackFailed => "error",
        OperationState.Keeping or OperationState.Succeeded => "success",
        _ => null,
    };

    public static string NameOf(StepState state) => state switch
    {
        StepState.Pending => "to come",
        StepState.Running => "at work",
        StepState.Waiting => "waiting",
        StepState.Done => "done",
        StepState.Skipped => "done before",
        StepState.Failed => "failed",
        StepState.Undoing => "being undone",
        StepState.Undone => "undone",
        StepState.UndoFailed => "could not be undone",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    public static StatusState DotOf(StepState state) => state switch
    {
        StepState.Done or StepState.Skipped => StatusState.Good,
        StepState.Failed or StepState.UndoFailed => StatusState.Bad,
        StepState.Running or StepState.Waiting or StepState.Undoing => StatusState.Warning,
        _ => StatusState.Idle,
    };

    public static string NameOf(FindingWeight weight) => weight switch { FindingWeight.Error => "error", FindingWeight.Warning => "warning", _ => "note" };

    public static string ChipOf(FindingWeight weight) => weight switch { FindingWeight.Error => "error", FindingWeight.Warning => "warning", _ => "plain" };

    /// <summary>The picture of a ready-made operation.</summary>
    public static string IconOf(string template) => template switch
    {
        "order_by" => Icons.Material.Outlined.SwapVert,
        "column" => Icons.Material.Outlined.ViewColumn,
        "materialize" => Icons.Material.Outlined.AddBox,
        "engine" => Icons.Material.Outlined.Settings,
        "partition_by" => Icons.Material.Outlined.CalendarViewMonth,
        "delete_project" => Icons.Material.Outlined.DeleteSweep,
        _ => Icons.Material.Outlined.PlaylistAddCheck,
    };

    /// <summary>How far it is, in words: "step 3 of 6".</summary>
    public static string ProgressOf(Operation operation) => (operation.State, operation.Definition.Steps.Count) switch
    {
        (OperationState.Draft or OperationState.Planned or OperationState.Cancelled, var all) => Steps(all),
        (OperationState.Succeeded, var all) => all == 1 ? "its one step" : $"all {all} steps",
        (OperationState.Keeping, var all) => $"{operation.Step} of {all}",
        (OperationState.RolledBack, var all) => $"none of {Steps(all)}",
        (OperationState.RollingBack or OperationState.RollbackFailed, var all) => $"back at step {Math.Min(operation.Step + 1, all)} of {all}",
        (_, var all) => $"step {Math.Min(operation.Step + 1, all)} of {all}",
    };

    /// <summary>Whether a bar says more than the words.</summary>
    public static bool HasBar(OperationState state) => state is not (OperationState.Draft or OperationState.Planned or OperationState.Cancelled);

    public static string Steps(int count) => count == 1 ? "1 step" : $"{count} steps";

    public static string StepOf(int number) => string.Create(CultureInfo.InvariantCulture, $"step {number + 1}");

    /// <summary>How much a step reads or writes on a node, as the dry run found it.</summary>
    public static string SizesOf(PlannedNode node)
    {
        var parts = new List<string>();
        if (node.Rows > 0)
        {
            parts.Add($"{Count.Full(node.Rows)} rows");
        }
        if (node.Bytes > 0)
        {
            parts.Add(Bytes.Full(node.Bytes));
        }
        if (node.Seconds is { } seconds)
        {
            parts.Add($"about {Seconds.Short(seconds)}");
        }
        return string.Join(", ", parts);
    }

    /// <summary>What a step is told to do, in a line; null where its statement says it.</summary>
    public static string? TextOf(OperationStep step) => step switch
    {
        CreateStep create => $"{create.Database}.{create.Name}, like {create.Like}{Said(", sorted by ", create.OrderBy)}{Said(", partitioned by ", create.PartitionBy)}{Said(", engine ", create.Engine)}",
        CopyStep copy => $"From {copy.Database}.{copy.From} into {copy.To}{Said(", where ", copy.Where)}",
        BackupStep backup => $"{string.Join(", ", backup.Tables.Select(table => $"{backup.Database}.{table}"))}{Said(", to ", backup.Target)}",
        AttachStep attach => $"From {attach.Database}.{attach.From} into {attach.To}: files are linked, no row is written",
        VerifyStep verify => $"{verify.Database}.{verify.From} with {verify.To}{Said(", where ", verify.Where)}: rows and their hash, partition by partition",
        GateStep gate => gate.Question,
        SwapStep swap => $"{swap.Database}.{swap.Next} becomes {swap.Table}; the old one is called {swap.Kept} from then on",
        MutationStep mutation => $"{mutation.Database}.{mutation.Table}: {mutation.Command}",
        OptimizeStep optimize => $"{optimize.Database}.{optimize.Table}",
        AssertStep assert => assert.TimeoutSeconds == 0 ? "It has to be true at once." : $"It is waited for {Seconds.Full(assert.TimeoutSeconds)} at most.",
        DropStep drop => drop.AfterDays == 0 ? $"{drop.Database}.{drop.Table}, at once" : $"{drop.Database}.{drop.Table}, {Days(drop.AfterDays)} after everything else is done",
        _ => null,
    };

    /// <summary>The statements of a step that has not been planned yet.</summary>
    public static string? SqlOf(OperationStep step) => step switch { StatementStep statement => statement.Sql, AssertStep assert => assert.Sql, _ => null };

    public static string Days(int days) => days == 1 ? "1 day" : $"{days} days";

    static string Said(string before, string? text) => text is null ? "" : text.Length == 0 ? $"{before}nothing" : before + text;
}
