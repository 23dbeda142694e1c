using Prickle.Filters;

namespace Prickle.Cohorts;

/// <summary>The cohorts of a project, for filters by them.</summary>
sealed class CohortChoices(CohortQueries cohorts) : IFilterChoices
{
    public string Type => FilterTypes.Cohort;

    public async Task<IReadOnlyList<FilterChoice>> OfProjectAsync(int projectId, CancellationToken cancellationToken) =>
        [.. (await cohorts.ListAsync(projectId, cancellationToken)).Select(cohort => new FilterChoice(cohort.Id, cohort.Settings.Name))];
}
