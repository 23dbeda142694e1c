using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Storage;

namespace Prickle.Definitions.Storage;

/// <summary>Removes the definitions of a deleted project.</summary>
sealed class DefinitionRemoval(IDbContextFactory<PrickleDatabase> databases) : IProjectDeletionListener
{
    public async Task DeleteAsync(int projectId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Set<EventPropertyRow>().Where(row => row.ProjectId == projectId).ExecuteDeleteAsync(cancellationToken);
        await database.Set<PropertyDefinitionRow>().Where(row => row.ProjectId == projectId).ExecuteDeleteAsync(cancellationToken);
        await database.Set<EventDefinitionRow>().Where(row => row.ProjectId == projectId).ExecuteDeleteAsync(cancellationToken);
    }
}
