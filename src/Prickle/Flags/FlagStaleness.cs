namespace Prickle.Flags;

/// <summary>Flags that can probably go.</summary>
public static class FlagStaleness
{
    /// <summary>How long nothing must have happened.</summary>
    public const int Days = 30;

    /// <summary>Why the flag is stale, in a sentence; null when it is not.</summary>
    /// <param name="calls">Its calls of the last 30 days; null for none.</param>
    public static string? Of(FeatureFlag flag, FlagCalls? calls, DateTimeOffset now)
    {
        var old = now.AddDays(-Days);
        if (flag.IsArchived || flag.UpdatedAt > old)
        {
            return null;
        }
        return calls is null ? $"Nothing has called it for {Days} days."
            : flag.Settings is { Active: true, IsRemoteConfiguration: false } && IsForAll(flag.Settings.Filters)
                ? $"Everybody has had it for {Days} days: the code can do without it."
            : null;
    }

    static bool IsForAll(FlagFilters filters) =>
        filters.Groups.Any(set => set.Properties.Count == 0 && set.RolloutPercentage is null or >= 100
            && (filters.Variants.Count == 0 || set.Variant is not null || filters.Variants.Any(variant => variant.RolloutPercentage >= 100)));
}
