using System.Text.Json;
using Prickle.Flags.Evaluation;

namespace Prickle.Flags;

/// <summary>Why a flag is what it is for somebody: every set with what was found.</summary>
/// <param name="Enrollment">What they chose for themselves, as JSON; null for nothing.</param>
/// <param name="HoldoutHash">Their place among those who are kept out; null where nobody is.</param>
public sealed record FlagExplanation(FlagAnswer Answer, string? Enrollment, double? HoldoutHash, IReadOnlyList<ExplainedSet> Sets)
{
    /// <summary>Evaluates the flag and tells all that it saw. The answer is the evaluator's own.</summary>
    public static FlagExplanation Of(CompiledFlag flag, FlagSubject subject)
    {
        var run = new FlagRun(subject);
        var answer = FlagEvaluator.Evaluate(flag, run);
        var enrollment = flag.Enrollment is { } property && subject.Person.TryGet(property, out var chosen) ? chosen.GetRawText()
            : subject.Choices.TryGetValue(flag.Flag.Id, out var isOn) ? (isOn ? "true" : "false") : null;
        var holdout = flag.Flag.Settings.Filters.Holdout is not null
            && FlagEvaluator.IdentifierOf(flag, flag.Flag.Settings.Filters.GroupTypeIndex, subject) is { } kept ? FlagHash.OfHoldout(kept) : (double?)null;
        return new FlagExplanation(answer, enrollment, holdout, [.. flag.Conditions.Select((condition, index) => Explain(flag, condition, index, run))]);
    }

    static ExplainedSet Explain(CompiledFlag flag, CompiledCondition condition, int index, FlagRun run)
    {
        var identifier = FlagEvaluator.IdentifierOf(flag, condition.GroupTypeIndex, run.Subject);
        return new ExplainedSet(
            index, identifier, condition.Origin.RolloutPercentage ?? 100,
            identifier is null ? null : FlagHash.Of(flag.Key, identifier, FlagHash.Rollout),
            identifier is null || flag.Variants.Length == 0 ? null : FlagHash.Of(flag.Key, identifier, FlagHash.Variant),
            [.. condition.Tests.Select(test => new ExplainedProperty(
                test.Origin.Key, test.Origin.Type, test.Origin.Operator, test.Origin.Value.ValueKind == JsonValueKind.Undefined ? null : test.Origin.Value,
                test.Found(run), test.Fits(run) == Fit.Yes))]);
    }
}

/// <summary>A set as somebody met it.</summary>
/// <param name="Identifier">What shares go by; null where a group is missing.</param>
/// <param name="Hash">Their place from 0 to 1: let in when it is at most the share.</param>
public sealed record ExplainedSet(
    int Index, string? Identifier, double RolloutPercentage, double? Hash, double? VariantHash, IReadOnlyList<ExplainedProperty> Properties)
{
    public bool Fits => Properties.All(property => property.Fits);
    public bool IsLetIn => RolloutPercentage >= 100 || Hash <= RolloutPercentage / 100;
}

/// <summary>A condition as somebody met it.</summary>
/// <param name="Found">What was there, as JSON; null for nothing.</param>
public sealed record ExplainedProperty(string Key, string Type, string Operator, JsonElement? Value, string? Found, bool Fits);
