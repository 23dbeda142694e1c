using Microsoft.EntityFrameworkCore;
using Prickle.Persons;
using Prickle.Storage;

namespace Prickle.Messages.Storage;

/// <summary>Removes the messages of a deleted person, those that wait and those that were seen.</summary>
sealed class PersonMessageRemoval(IDbContextFactory<PrickleDatabase> databases) : IPersonDeletionListener
{
    public async Task DeleteAsync(DeletedPerson person, CancellationToken cancellationToken)
    {
        var at = person.AtMicroseconds;
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var ids in person.IdsInParts)
        {
            await database.Set<InAppMessageRow>().Where(row => row.ProjectId == person.ProjectId && row.CreatedAt <= at && (row.PersonId == person.Id || ids.Contains(row.DistinctId)))
                .ExecuteDeleteAsync(cancellationToken);
        }
    }
}
