using System.Globalization;
using Prickle.Accounts;

namespace Prickle.Flags.Schedule;

/// <summary>What a planned change makes of a flag as it is now.</summary>
static class FlagStepApplication
{
    public static Outcome<FlagSettings> Apply(FlagScheduledChange change, FlagSettings settings) => change switch
    {
        FlagScheduledChange.Switch(var isOn) => settings with { Active = isOn },
        FlagScheduledChange.Replace(var filters) => settings with { Filters = filters },
        FlagScheduledChange.Rollout rollout when Find(rollout, settings.Filters) is { } index => settings with
        {
            Filters = settings.Filters with
            {
                Groups = [.. settings.Filters.Groups.Select((set, at) => at == index ? set with { RolloutPercentage = rollout.Percentage } : set)],
            },
        },
        FlagScheduledChange.Rollout rollout => Refusal.Invalid("set", string.Create(
            CultureInfo.InvariantCulture, $"Set {rollout.Index + 1} is gone: its conditions were changed, or it was removed.")),
        _ => throw new ArgumentOutOfRangeException(nameof(change), change, null),
    };

    /// <summary>Where the set is now. One with other conditions is another one, wherever it stands: it must not be rolled out.</summary>
    static int? Find(FlagScheduledChange.Rollout rollout, FlagFilters filters)
    {
        if (rollout.Index < filters.Groups.Count && IsSame(filters.Groups[rollout.Index], rollout.Set))
        {
            return rollout.Index;
        }
        int[] alike = [.. Enumerable.Range(0, filters.Groups.Count).Where(index => IsSame(filters.Groups[index], rollout.Set))];
        return alike is [var only] ? only : null;
    }

    static bool IsSame(FlagCondition set, FlagCondition planned) =>
        set.Variant == planned.Variant && set.Aggregation == planned.Aggregation && set.Properties.SequenceEqual(planned.Properties);
}
