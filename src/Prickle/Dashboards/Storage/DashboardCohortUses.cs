using Microsoft.EntityFrameworkCore;
using Prickle.Cohorts;
using Prickle.Storage;

namespace Prickle.Dashboards.Storage;

/// <summary>Dashboards whose filters name a cohort: those that are kept, sets of them, and the own ones of tiles.</summary>
sealed class DashboardCohortUses(IDbContextFactory<PrickleDatabase> databases) : ICohortUse
{
    // Most filters say by their text already that they name none.
    const string Word = "cohort";

    public async Task<IReadOnlyList<CohortUse>> OfAsync(int projectId, int cohortId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var own = await database.Set<TileRow>().Where(tile => tile.Filters != null && tile.Filters.Contains(Word))
            .Join(
                database.Set<DashboardRow>().Where(row => row.ProjectId == projectId && !row.Deleted), tile => tile.DashboardId, row => row.Id,
                (tile, row) => new { row.Id, row.Name, tile.Filters })
            .ToListAsync(cancellationToken);
        var kept = await database.Set<DashboardRow>()
            .Where(row => row.ProjectId == projectId && !row.Deleted && (row.Filters.Contains(Word) || row.FilterSets.Contains(Word)))
            .Select(row => new { row.Id, row.Name, row.Filters, row.FilterSets }).ToListAsync(cancellationToken);
        return
        [
            .. own.Where(one => Names(DashboardRow.Read<TileFilters>(one.Filters!).Filters)).Select(one => (one.Id, one.Name))
                .Concat(kept.Where(one => Names(DashboardRow.Read<DashboardFilters>(one.Filters)) || DashboardRow.Read<List<FilterSet>>(one.FilterSets).Any(set => Names(set.Filters)))
                    .Select(one => (one.Id, one.Name)))
                .Distinct().OrderBy(one => one.Name, StringComparer.OrdinalIgnoreCase).ThenBy(one => one.Id)
                .Select(one => new CohortUse("dashboard", one.Name, $"dashboards/{one.Id}")),
        ];

        bool Names(DashboardFilters? filters) => filters?.CohortIds.Contains(cohortId) == true;
    }
}
