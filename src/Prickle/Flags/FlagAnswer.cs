using System.Globalization;

namespace Prickle.Flags;

/// <summary>Why a flag is what it is. Where nothing fits, the highest of what was met is told.</summary>
public enum FlagReason
{
    NoConditionMatch = 0,
    FlagDisabled = 1,
    OutOfRolloutBound = 2,
    NoGroupType = 3,
    ConditionMatch = 4,
    HoldoutConditionValue = 5,
    SuperConditionValue = 6,
}

/// <summary>What one flag is for a subject.</summary>
/// <param name="ConditionIndex">The set that decided, or that came nearest; null where none did.</param>
/// <param name="Payload">JSON; only of a flag that is on.</param>
/// <param name="Error">Why it could not be said; the other members mean nothing then.</param>
public readonly record struct FlagAnswer(
    FeatureFlag Flag, bool IsEnabled, string? Variant, FlagReason Reason, int? ConditionIndex = null, string? Payload = null, string? Error = null)
{
    /// <summary>The reason as SDKs know it: <c>condition_match</c>.</summary>
    public static string CodeOf(FlagReason reason) => reason switch
    {
        FlagReason.ConditionMatch => "condition_match",
        FlagReason.SuperConditionValue => "super_condition_value",
        FlagReason.HoldoutConditionValue => "holdout_condition_value",
        FlagReason.OutOfRolloutBound => "out_of_rollout_bound",
        FlagReason.NoGroupType => "no_group_type",
        FlagReason.FlagDisabled => "flag_disabled",
        _ => "no_condition_match",
    };

    // Of the first sets the words are there already: they go into nearly every answer.
    static readonly string[] MatchedFirst = [.. Enumerable.Range(0, 16).Select(Write)];

    static string Matched(int index) => index < MatchedFirst.Length ? MatchedFirst[index] : Write(index);

    static string Write(int index) => string.Create(CultureInfo.InvariantCulture, $"Matched condition set {index + 1}");

    /// <summary>In a sentence, as SDKs report it.</summary>
    public string Description => Reason switch
    {
        FlagReason.ConditionMatch => Matched(ConditionIndex ?? 0),
        FlagReason.SuperConditionValue => "Super condition value",
        FlagReason.HoldoutConditionValue => "Holdout condition value",
        FlagReason.OutOfRolloutBound => "Out of rollout bound",
        FlagReason.NoGroupType => "No group type",
        FlagReason.FlagDisabled => "Feature flag is disabled",
        _ => "No matching condition set",
    };
}
