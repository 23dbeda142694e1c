using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Storage;

namespace Prickle.Dashboards.Storage;

/// <summary>Removes the dashboards of a project that was deleted; their tiles and marks go with them.</summary>
sealed class DashboardRemoval(IDbContextFactory<PrickleDatabase> databases) : IProjectDeletionListener
{
    public async Task DeleteAsync(int projectId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Set<DashboardRow>().Where(row => row.ProjectId == projectId).ExecuteDeleteAsync(cancellationToken);
    }
}
