using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Storage;

namespace Prickle.Cohorts.Storage;

/// <summary>Removes the cohorts of a deleted project, with their members.</summary>
sealed class CohortRemoval(IDbContextFactory<PrickleDatabase> databases, ClickHouseStore store) : IProjectDeletionListener
{
    public async Task DeleteAsync(int projectId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Set<CohortRow>().Where(row => row.ProjectId == projectId).ExecuteDeleteAsync(cancellationToken);
        await database.Set<CohortRunRow>().Where(row => row.ProjectId == projectId).ExecuteDeleteAsync(cancellationToken);
        await store.DeleteProjectAsync("cohort_members", projectId, cancellationToken);
        await store.DeleteProjectAsync("cohort_versions", projectId, cancellationToken);
        await store.DeleteProjectAsync("cohort_static_members", projectId, cancellationToken);
    }
}
