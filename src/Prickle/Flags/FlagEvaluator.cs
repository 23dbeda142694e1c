using System.Text.Json;
using Prickle.Flags.Evaluation;

namespace Prickle.Flags;

/// <summary>
/// Says what flags are for a subject. It knows no store and no clock: the API, the explanations of the pages and the tests all
/// ask it.
/// </summary>
public static class FlagEvaluator
{
    /// <summary>What each of the flags is, in their order. One that is broken says so and leaves the others alone.</summary>
    public static FlagAnswer[] Evaluate(IReadOnlyList<CompiledFlag> flags, FlagSubject subject)
    {
        var run = new FlagRun(subject);
        var answers = new FlagAnswer[flags.Count];
        for (var index = 0; index < answers.Length; index++)
        {
            answers[index] = flags[index].Dependencies.Count > 0 ? run.Answer(flags[index]) : Evaluate(flags[index], run);
        }
        return answers;
    }

    /// <summary>What one flag is.</summary>
    public static FlagAnswer Evaluate(CompiledFlag flag, FlagSubject subject) => Evaluate(flag, new FlagRun(subject));

    internal static FlagAnswer Evaluate(CompiledFlag flag, FlagRun run)
    {
        if (flag.Problem is { } problem)
        {
            return new FlagAnswer(flag.Flag, false, null, FlagReason.NoConditionMatch, Error: problem);
        }
        if (!flag.Flag.Settings.Active || flag.Flag.IsArchived)
        {
            return new FlagAnswer(flag.Flag, false, null, FlagReason.FlagDisabled);
        }
        if (flag.Flag.Settings.IsRemoteConfiguration)
        {
            return On(flag, null, FlagReason.ConditionMatch, 0);
        }
        return Chosen(flag, run) ?? HeldOut(flag, run.Subject) ?? ByConditions(flag, run);
    }

    /// <summary>What somebody chose for themselves decides alone, whichever way.</summary>
    static FlagAnswer? Chosen(CompiledFlag flag, FlagRun run)
    {
        if (flag.Flag.Settings.Filters is { IsEnrollment: true, IsEnrollmentGuarded: true })
        {
            return run.Subject.Choices.TryGetValue(flag.Flag.Id, out var isOn) ? Chosen(flag, isOn) : null;
        }
        if (flag.Enrollment is { } property)
        {
            return run.Subject.Person.TryGet(property, out var chosen) ? Chosen(flag, IsTrue(chosen)) : null;
        }
        // The older form says the same in a condition set of its own, which counts once its property is there.
        if (flag.SuperCondition is not { } condition || !IsAnswered(condition, run))
        {
            return null;
        }
        return condition.Fits(run) switch
        {
            Fit.Broken => Broken(flag),
            var fit => Chosen(flag, fit == Fit.Yes),
        };
    }

    // Apart from its caller, which flags without such a set pass through: a lambda there would cost each of them an object.
    static bool IsAnswered(CompiledCondition condition, FlagRun run) => Array.TrueForAll(condition.Tests, test => test.Found(run) is not null);

    static FlagAnswer Chosen(CompiledFlag flag, bool isOn) =>
        isOn ? On(flag, null, FlagReason.SuperConditionValue, 0) : new FlagAnswer(flag.Flag, false, null, FlagReason.SuperConditionValue, 0);

    static bool IsTrue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.String => value.ValueEquals("true"u8),
        _ => false,
    };

    static FlagAnswer? HeldOut(CompiledFlag flag, FlagSubject subject)
    {
        if (flag.Flag.Settings.Filters.Holdout is not { } holdout || IdentifierOf(flag, flag.Flag.Settings.Filters.GroupTypeIndex, subject) is not { } identifier)
        {
            return null;
        }
        return FlagHash.OfHoldout(identifier) <= holdout.ExclusionPercentage / 100
            ? On(flag, $"holdout-{holdout.Id}", FlagReason.HoldoutConditionValue, null)
            : null;
    }

    static FlagAnswer ByConditions(CompiledFlag flag, FlagRun run)
    {
        var (reason, nearest) = (FlagReason.NoConditionMatch, (int?)null);
        for (var index = 0; index < flag.Conditions.Length; index++)
        {
            var condition = flag.Conditions[index];
            var identifier = IdentifierOf(flag, condition.GroupTypeIndex, run.Subject);
            FlagReason met;
            if (identifier is null)
            {
                met = FlagReason.NoGroupType;
            }
            else
            {
                switch (condition.Fits(run))
                {
                    case Fit.Broken:
                        return Broken(flag);
                    case Fit.No:
                        continue;
                }
                if (condition.Share is not { } share || FlagHash.Of(flag.Key, identifier, FlagHash.Rollout) <= share)
                {
                    return On(flag, VariantOf(flag, condition, identifier), FlagReason.ConditionMatch, index);
                }
                met = FlagReason.OutOfRolloutBound;
            }
            if (met > reason)
            {
                (reason, nearest) = (met, index);
            }
            if (met == FlagReason.OutOfRolloutBound && flag.Flag.Settings.Filters.IsEarlyExit)
            {
                return new FlagAnswer(flag.Flag, false, null, met, index);
            }
        }
        return new FlagAnswer(flag.Flag, false, null, reason, nearest);
    }

    static string? VariantOf(CompiledFlag flag, CompiledCondition condition, string identifier)
    {
        if (flag.Variants.Length == 0)
        {
            return null;
        }
        if (condition.Variant is { } forced && flag.HasVariant(forced))
        {
            return forced;
        }
        var hash = FlagHash.Of(flag.Key, identifier, FlagHash.Variant);
        foreach (var range in flag.Variants)
        {
            if (hash >= range.From && hash < range.To)
            {
                return range.Key;
            }
        }
        return null;
    }

    /// <summary>What shares go by; null for a group that the subject is in none of.</summary>
    internal static string? IdentifierOf(CompiledFlag flag, int? groupTypeIndex, FlagSubject subject)
    {
        if (groupTypeIndex is { } type)
        {
            return subject.GroupOf(type) is { Key.Length: > 0 } group ? group.Key : null;
        }
        if (flag.Flag.Settings.EnsureExperienceContinuity && subject.HashOverrides.TryGetValue(flag.Key, out var earlier))
        {
            return earlier;
        }
        return flag.Flag.Settings.BucketingIdentifier == FlagBucketing.DeviceId && subject.DeviceId is { Length: > 0 } device ? device : subject.DistinctId;
    }

    static FlagAnswer On(CompiledFlag flag, string? variant, FlagReason reason, int? index) =>
        new(flag.Flag, true, variant, reason, index, flag.PayloadOf(variant));

    static FlagAnswer Broken(CompiledFlag flag) =>
        new(flag.Flag, false, null, FlagReason.NoConditionMatch, Error: "Something that the flag depends on is missing or broken.");
}
