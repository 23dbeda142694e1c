using System.Globalization;
using Prickle.Cohorts;
using Prickle.Flags.Definition;

namespace Prickle.Flags.Storage;

/// <summary>Flags that stand on other flags, and on cohorts. Archived ones count: they may come back.</summary>
sealed class FlagUses(FlagQueries flags) : IFlagUse, ICohortUse
{
    async Task<IReadOnlyList<FlagUse>> IFlagUse.OfAsync(int projectId, FeatureFlag flag, CancellationToken cancellationToken)
    {
        var id = flag.Id.ToString(CultureInfo.InvariantCulture);
        return [.. (await AllAsync(projectId, cancellationToken))
            .Where(other => other.Id != flag.Id && FlagCheck.DependenciesOf(other.Settings.Filters).Any(name => name == flag.Key || name == id))
            .Select(other => new FlagUse("flag", other.Key, $"feature_flags/{other.Id}"))];
    }

    async Task<IReadOnlyList<CohortUse>> ICohortUse.OfAsync(int projectId, int cohortId, CancellationToken cancellationToken) =>
        [.. (await AllAsync(projectId, cancellationToken))
            .Where(flag => FlagCheck.CohortsOf(flag.Settings.Filters).Contains(cohortId))
            .Select(flag => new CohortUse("feature flag", flag.Key, $"feature_flags/{flag.Id}"))];

    async Task<IEnumerable<FeatureFlag>> AllAsync(int projectId, CancellationToken cancellationToken) =>
        (await flags.ListAsync(projectId, new FlagFilter(), cancellationToken))
            .Concat(await flags.ListAsync(projectId, new FlagFilter { IsArchived = true }, cancellationToken));
}
