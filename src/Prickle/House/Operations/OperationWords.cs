namespace Prickle.House.Operations;

/// <summary>What states are called, for people.</summary>
static class OperationWords
{
    /// <summary>A state as the API names it: <c>rolling_back</c>. Null for none.</summary>
    public static OperationState? Read(string? name) =>
        name is { Length: > 0 } && !char.IsAsciiDigit(name[0]) && Enum.TryParse<OperationState>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var state) ? state : null;

    public static string Of(OperationState state) => state switch
    {
        OperationState.Draft => "a draft",
        OperationState.Planned => "planned",
        OperationState.Queued => "queued",
        OperationState.Running => "running",
        OperationState.Throttled => "waiting for the server",
        OperationState.Paused => "paused",
        OperationState.Failed => "failed",
        OperationState.RollingBack => "being undone",
        OperationState.RolledBack => "undone",
        OperationState.RollbackFailed => "stuck while being undone",
        OperationState.Keeping => "done, old tables kept",
        OperationState.Succeeded => "done",
        OperationState.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };
}
