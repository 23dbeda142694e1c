using System.Globalization;
using System.Text;
using System.Text.Json;
using Prickle.Filters;

namespace Prickle.Flags.Evaluation;

/// <summary>What a condition says of a subject.</summary>
enum Fit
{
    No,
    Yes,
    /// <summary>It cannot be said: what it stands on is broken.</summary>
    Broken,
}

/// <summary>A condition, ready to be asked.</summary>
abstract class FlagTest(FlagProperty origin)
{
    /// <summary>As people wrote it.</summary>
    public FlagProperty Origin => origin;

    public abstract Fit Fits(FlagRun run);

    /// <summary>What was found, for explanations.</summary>
    public virtual string? Found(FlagRun run) => null;

    protected static Fit Of(bool fits) => fits ? Fit.Yes : Fit.No;
}

/// <summary>
/// A property of the person or of a group. The same meaning as filters have, but for being set: here a null counts as set,
/// as SDKs count it, while the store of events keeps no nulls.
/// </summary>
sealed class PropertyTest(FlagProperty origin, PropertyFilter filter, int? groupTypeIndex) : FlagTest(origin)
{
    readonly byte[] _key = Encoding.UTF8.GetBytes(origin.Key);
    readonly PreparedFilter _filter = PreparedFilter.Of(filter, TimeZoneInfo.Utc);

    public override Fit Fits(FlagRun run)
    {
        var isThere = TryGet(run, out var value);
        return Of(Origin.IsNegated != Origin.Operator switch
        {
            "is_set" => isThere,
            "is_not_set" => !isThere,
            _ when isThere => _filter.Fits(value, run.Subject.Now),
            _ => _filter.FitsMissing(run.Subject.Now),
        });
    }

    public override string? Found(FlagRun run) => TryGet(run, out var value) ? value.GetRawText() : null;

    bool TryGet(FlagRun run, out JsonElement value)
    {
        if (groupTypeIndex is not { } type)
        {
            return run.Subject.Person.TryGet(_key, out value);
        }
        value = default;
        return run.Subject.GroupOf(type) is { } group && group.Properties.TryGet(_key, out value);
    }
}

/// <summary>In one of the cohorts, or in none of them.</summary>
sealed class CohortTest(FlagProperty origin, IReadOnlyList<CompiledCohort> cohorts, bool isNegated) : FlagTest(origin)
{
    public override Fit Fits(FlagRun run)
    {
        foreach (var cohort in cohorts)
        {
            if (run.Subject.Cohorts is null && cohort.LookedUp.Count > 0)
            {
                return Fit.Broken;
            }
            if (cohort.Has(run.Subject))
            {
                return Of(!isNegated);
            }
        }
        return Of(isNegated);
    }

    public override string? Found(FlagRun run) =>
        string.Join(", ", cohorts.Where(cohort => cohort.Has(run.Subject)).Select(cohort => cohort.Id.ToString(CultureInfo.InvariantCulture)));
}

/// <summary>What another flag is for the same subject.</summary>
sealed class DependencyTest(FlagProperty origin) : FlagTest(origin)
{
    /// <summary>The other flag; set when all are known.</summary>
    public CompiledFlag? On { get; set; }

    public override Fit Fits(FlagRun run)
    {
        if (On is null || run.Answer(On) is not { Error: null } answer)
        {
            return Fit.Broken;
        }
        var isAsked = Origin.Value.ValueKind switch
        {
            JsonValueKind.True => answer.IsEnabled,
            JsonValueKind.False => !answer.IsEnabled,
            JsonValueKind.String => answer.IsEnabled && answer.Variant == Origin.Value.GetString(),
            _ => false,
        };
        return Of(isAsked != Origin.IsNegated);
    }

    public override string? Found(FlagRun run) =>
        On is null ? null : run.Answer(On) is { Error: null } answer ? answer.Variant ?? (answer.IsEnabled ? "true" : "false") : "broken";
}

/// <summary>A cohort that is not there, or whose making leads back to itself.</summary>
sealed class BrokenTest(FlagProperty origin) : FlagTest(origin)
{
    public override Fit Fits(FlagRun run) => Fit.Broken;
}
