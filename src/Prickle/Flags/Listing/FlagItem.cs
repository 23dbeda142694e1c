namespace Prickle.Flags.Listing;

/// <summary>A flag in the field's shape.</summary>
public sealed record FlagItem(
    int Id, string Key, string Name, FlagFilters Filters, bool Active, bool Archived, IReadOnlyList<string> Tags, bool EnsureExperienceContinuity,
    string BucketingIdentifier, IReadOnlyList<string> EvaluationContexts, string EvaluationRuntime, bool IsRemoteConfiguration, int Version,
    string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>Given for one flag, not in lists.</summary>
    public IReadOnlyList<FlagUse>? UsedBy { get; init; }

    /// <summary>Given for one flag; null when nothing called it in the last 30 days.</summary>
    public DateTimeOffset? LastCalledAt { get; init; }

    /// <summary>Given for one flag: why it can probably go.</summary>
    public string? Stale { get; init; }

    /// <summary>Why the definition cannot be read; null for all that can be.</summary>
    public string? Problem { get; init; }

    internal static FlagItem Of(FeatureFlag flag) => new(
        flag.Id, flag.Key, flag.Settings.Name, flag.Settings.Filters, flag.Settings.Active, flag.IsArchived, flag.Settings.Tags,
        flag.Settings.EnsureExperienceContinuity, flag.Settings.BucketingIdentifier, flag.Settings.EvaluationContexts, flag.Settings.EvaluationRuntime,
        flag.Settings.IsRemoteConfiguration, flag.Version, flag.CreatedBy, flag.CreatedAt, flag.UpdatedAt)
    {
        Problem = flag.Problem,
    };
}

/// <summary>Why a flag is what it is for somebody.</summary>
public sealed record ExplanationItem(
    string Key, bool Enabled, string? Variant, string Reason, string Description, int? ConditionIndex, string? Payload, string? Error,
    string? Enrollment, double? HoldoutHash, IReadOnlyList<ExplainedSet> Sets)
{
    internal static ExplanationItem Of(FlagExplanation explanation)
    {
        var answer = explanation.Answer;
        return new(
            answer.Flag.Key, answer.IsEnabled, answer.Variant, FlagAnswer.CodeOf(answer.Reason), answer.Description, answer.ConditionIndex, answer.Payload,
            answer.Error, explanation.Enrollment, explanation.HoldoutHash, explanation.Sets);
    }
}
