using Microsoft.EntityFrameworkCore;
using Prickle.Persons;
using Prickle.Storage;

namespace Prickle.Flags.Storage;

/// <summary>Removes what is kept of who a deleted person was before they signed in.</summary>
sealed class PersonKeyRemoval(IDbContextFactory<PrickleDatabase> databases) : IPersonDeletionListener
{
    public async Task DeleteAsync(DeletedPerson person, CancellationToken cancellationToken)
    {
        var at = person.AtMicroseconds;
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var ids in person.IdsInParts)
        {
            await database.Set<FlagHashKeyRow>().Where(row => row.ProjectId == person.ProjectId && ids.Contains(row.DistinctId) && row.CreatedAt <= at).ExecuteDeleteAsync(cancellationToken);
        }
    }
}
