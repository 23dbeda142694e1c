namespace Prickle.Automations;

/// <summary>Whether an automation runs.</summary>
public enum AutomationState
{
    /// <summary>Never published: nothing begins.</summary>
    Draft,
    /// <summary>Runs begin, on the version that was published last.</summary>
    Active,
    /// <summary>No run begins; those that wait go on.</summary>
    Paused,
    /// <summary>No run begins, and none goes on.</summary>
    Archived,
}

/// <summary>What happens to runs that wait when an automation is archived.</summary>
public enum WaitingRuns
{
    /// <summary>They end, with the reason.</summary>
    End,
    /// <summary>They go on to their end.</summary>
    Finish,
}

/// <summary>What people set of an automation.</summary>
public sealed record AutomationSettings
{
    public const int LongestName = 200;

    public string Name { get; init; } = "";
    public string Description { get; init; } = "";

    /// <summary>What is being worked on; it runs once it is published.</summary>
    public AutomationDefinition Definition { get; init; } = new();
}

/// <summary>An automation as pages and the API show it.</summary>
/// <param name="PublishedVersion">The version that new runs begin on; null before the first.</param>
/// <param name="HasUnpublishedChanges">What is being worked on differs from it.</param>
/// <param name="Edition">Grows with each change; for telling that somebody was quicker.</param>
public sealed record Automation(
    int Id, int ProjectId, AutomationSettings Settings, AutomationState State, int? PublishedVersion, bool HasUnpublishedChanges, int Edition,
    string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>For a schedule: when it runs next.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>For a webhook: the secret part of its address.</summary>
    public string? WebhookToken { get; init; }
}

/// <summary>A version that was published.</summary>
public sealed record AutomationVersion(int Number, AutomationDefinition Definition, string PublishedBy, DateTimeOffset PublishedAt);

/// <summary>What is wrong with a definition, or may be.</summary>
/// <param name="Step">The id of the step; null for the trigger and the whole.</param>
/// <param name="Field">Which part of it.</param>
/// <param name="Detail">One sentence.</param>
/// <param name="IsWarning">It may be published all the same.</param>
public sealed record AutomationProblem(string? Step, string Field, string Detail, bool IsWarning = false);
