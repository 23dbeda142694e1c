using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Storage;

namespace Prickle.Groups.Storage;

/// <summary>Removes the groups of a deleted project, from the truth and from the mirror.</summary>
sealed class GroupRemoval(IDbContextFactory<PrickleDatabase> databases, ClickHouseStore store) : IProjectDeletionListener
{
    public async Task DeleteAsync(int projectId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Set<GroupRow>().Where(row => row.ProjectId == projectId).ExecuteDeleteAsync(cancellationToken);
        await database.Set<GroupTypeRow>().Where(row => row.ProjectId == projectId).ExecuteDeleteAsync(cancellationToken);
        await store.DeleteProjectAsync("groups", projectId, cancellationToken);
    }
}
