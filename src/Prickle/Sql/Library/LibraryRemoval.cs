using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Storage;

namespace Prickle.Sql.Library;

/// <summary>Removes the saved queries and the history of a deleted project.</summary>
sealed class LibraryRemoval(IDbContextFactory<PrickleDatabase> databases) : IProjectDeletionListener
{
    public async Task DeleteAsync(int projectId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Set<SavedSqlQueryRow>().Where(row => row.ProjectId == projectId).ExecuteDeleteAsync(cancellationToken);
        await database.Set<SqlHistoryRow>().Where(row => row.ProjectId == projectId).ExecuteDeleteAsync(cancellationToken);
    }
}
