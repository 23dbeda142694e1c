using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Storage;

namespace Prickle.Persons.Storage;

/// <summary>Removes the persons of a deleted project, from the truth and from the mirror.</summary>
sealed class PersonRemoval(IDbContextFactory<PrickleDatabase> databases, ClickHouseStore store) : IProjectDeletionListener
{
    public async Task DeleteAsync(int projectId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Set<PersonDistinctIdRow>().Where(row => row.ProjectId == projectId).ExecuteDeleteAsync(cancellationToken);
        await database.Set<PersonMergeRow>().Where(row => row.ProjectId == projectId).ExecuteDeleteAsync(cancellationToken);
        await database.Set<PersonDeletionRow>().Where(row => row.ProjectId == projectId).ExecuteDeleteAsync(cancellationToken);
        await database.Set<PersonRow>().Where(row => row.ProjectId == projectId).ExecuteDeleteAsync(cancellationToken);
        foreach (var table in (string[])["persons", "person_override_rows"])
        {
            await store.DeleteProjectAsync(table, projectId, cancellationToken);
        }
    }
}
