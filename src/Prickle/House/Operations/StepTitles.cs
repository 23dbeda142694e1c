namespace Prickle.House.Operations;

/// <summary>What steps are called that were given no title.</summary>
static class StepTitles
{
    public static string Of(OperationStep step) => step.Title.Length > 0 ? step.Title : step switch
    {
        StatementStep => "Run a statement",
        CreateStep create => $"Make {create.Name}",
        BackupStep backup => $"Back up {string.Join(", ", backup.Tables)}",
        CopyStep copy => $"Copy the rows of {copy.From} into {copy.To}",
        AttachStep attach => $"Link the partitions of {attach.From} into {attach.To}",
        VerifyStep verify => $"Compare {verify.From} and {verify.To}",
        GateStep => "Wait for a go",
        SwapStep swap => $"Put {swap.Next} in the place of {swap.Table}",
        MutationStep mutation => $"Rewrite rows of {mutation.Table}",
        OptimizeStep optimize => $"Merge the partitions of {optimize.Table}",
        AssertStep => "Wait until it is true",
        DropStep drop => $"Drop {drop.Table}",
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    /// <summary>The kind, as definitions name it.</summary>
    public static string KindOf(OperationStep step) => step switch
    {
        StatementStep => StatementStep.Kind,
        CreateStep => CreateStep.Kind,
        BackupStep => BackupStep.Kind,
        CopyStep => CopyStep.Kind,
        AttachStep => AttachStep.Kind,
        VerifyStep => VerifyStep.Kind,
        GateStep => GateStep.Kind,
        SwapStep => SwapStep.Kind,
        MutationStep => MutationStep.Kind,
        OptimizeStep => OptimizeStep.Kind,
        AssertStep => AssertStep.Kind,
        DropStep => DropStep.Kind,
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };
}
