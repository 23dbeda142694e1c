using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Storage;

namespace Prickle.Insights.Saved;

/// <summary>Removes the insights of a project that was deleted.</summary>
sealed class InsightRemoval(IDbContextFactory<PrickleDatabase> databases) : IProjectDeletionListener
{
    public async Task DeleteAsync(int projectId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Set<InsightRow>().Where(row => row.ProjectId == projectId).ExecuteDeleteAsync(cancellationToken);
    }
}
