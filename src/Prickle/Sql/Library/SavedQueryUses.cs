using Microsoft.EntityFrameworkCore;
using Prickle.Cohorts;
using Prickle.Storage;

namespace Prickle.Sql.Library;

/// <summary>Saved queries whose filters name a cohort. What a statement itself reads is not looked into.</summary>
sealed class SavedQueryUses(IDbContextFactory<PrickleDatabase> databases) : ICohortUse
{
    public async Task<IReadOnlyList<CohortUse>> OfAsync(int projectId, int cohortId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<SavedSqlQueryRow>().AsNoTracking()
            .Where(row => row.ProjectId == projectId && row.Filters != null && row.Filters.Contains("cohort"))
            .OrderBy(row => row.Name).ThenBy(row => row.Id).ToListAsync(cancellationToken);
        return
        [
            .. rows.Where(row => SavedSqlQueries.FiltersOf(row).Properties.CohortIds.Contains(cohortId))
                .Select(row => new CohortUse("saved query", row.Name, $"sql/{row.Id}")),
        ];
    }
}
