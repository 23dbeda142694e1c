using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Prickle.Insights;
using Prickle.Shell;
using Prickle.Storage;

namespace Prickle.Dashboards.Storage;

/// <summary>Tells which dashboards show an insight.</summary>
sealed class DashboardUses(IDbContextFactory<PrickleDatabase> databases) : IInsightUses
{
    public async Task<IReadOnlyList<InsightUse>> OfAsync(int projectId, int insightId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var found = await database.Set<DashboardRow>()
            .Where(row => row.ProjectId == projectId && !row.Deleted
                && database.Set<TileRow>().Any(tile => tile.DashboardId == row.Id && tile.InsightId == insightId))
            .OrderBy(row => row.Name).Select(row => new { row.Id, row.Name }).ToListAsync(cancellationToken);
        return found.ConvertAll(one => new InsightUse(
            "dashboard", one.Id.ToString(CultureInfo.InvariantCulture), one.Name,
            ProjectAddress.Of(projectId, string.Create(CultureInfo.InvariantCulture, $"dashboards/{one.Id}"))));
    }
}
