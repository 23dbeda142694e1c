using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Storage;

namespace Prickle.Messages.Storage;

/// <summary>Removes the messages of a deleted project.</summary>
sealed class MessageRemoval(IDbContextFactory<PrickleDatabase> databases) : IProjectDeletionListener
{
    public async Task DeleteAsync(int projectId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Set<InAppMessageRow>().Where(row => row.ProjectId == projectId).ExecuteDeleteAsync(cancellationToken);
    }
}
