using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Filters;
using Prickle.Storage;

namespace Prickle.Cohorts.Storage;

/// <summary>Cohorts that stand on actions and on other cohorts; actions, and the project's own people, that ask for cohorts.</summary>
sealed class CohortUses(IDbContextFactory<PrickleDatabase> databases, IActionDirectory actions, ProjectDirectory projects) : ICohortUse, IActionUse
{
    async Task<IReadOnlyList<CohortUse>> ICohortUse.OfAsync(int projectId, int cohortId, CancellationToken cancellationToken) =>
    [
        .. (await WhereAsync(projectId, leaf => leaf is MembershipCriterion membership && membership.CohortId == cohortId, cancellationToken))
            .Select(row => new CohortUse("cohort", row.Name, $"cohorts/{row.Id}")),
        .. (await actions.OfProjectAsync(projectId, cancellationToken)).Values.Where(action => AsksFor(action, cohortId))
            .Select(action => new CohortUse("action", action.Name, $"actions/{action.Id}")),
        .. FilterGroup.Read((await projects.FindAsync(projectId, cancellationToken))?.TestAccountFilters)?.CohortIds.Contains(cohortId) == true
            ? [new CohortUse("setting", "your own people", "settings")] : (IEnumerable<CohortUse>)[],
    ];

    static bool AsksFor(ActionDefinition action, int cohortId) => action.Steps.Any(step => step.Properties.CohortIds.Contains(cohortId));

    async Task<IReadOnlyList<ActionUse>> IActionUse.OfAsync(int projectId, int actionId, CancellationToken cancellationToken) =>
    [
        .. (await WhereAsync(
                projectId,
                leaf => leaf is BehaviorCriterion behavior && (behavior.What.ActionId == actionId || behavior.Then?.ActionId == actionId),
                cancellationToken))
            .Select(row => new ActionUse("cohort", row.Name, $"cohorts/{row.Id}")),
    ];

    async Task<IEnumerable<CohortRow>> WhereAsync(int projectId, Func<CohortCriterion, bool> uses, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<CohortRow>().AsNoTracking()
            .Where(row => row.ProjectId == projectId && !row.IsDeleted && !row.IsStatic).ToListAsync(cancellationToken);
        return rows.Where(row => row.ToSettings().Filters.Properties.Leaves.Any(uses));
    }
}
