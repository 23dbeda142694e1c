using Microsoft.EntityFrameworkCore;
using Prickle.Persons;
using Prickle.Storage;

namespace Prickle.Previews.Storage;

/// <summary>Removes what a deleted person chose of previews and said about them.</summary>
sealed class PersonChoiceRemoval(IDbContextFactory<PrickleDatabase> databases) : IPersonDeletionListener
{
    public async Task DeleteAsync(DeletedPerson person, CancellationToken cancellationToken)
    {
        var at = person.AtMicroseconds;
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var ids in person.IdsInParts)
        {
            // What waits to be captured first: it would make them anew.
            await database.Set<PreviewEventRow>().Where(row => row.ProjectId == person.ProjectId && ids.Contains(row.DistinctId) && row.At <= person.At)
                .ExecuteDeleteAsync(cancellationToken);
            await database.Set<EnrollmentRow>().Where(row => row.ProjectId == person.ProjectId && row.ChosenAt <= at && (row.PersonId == person.Id || ids.Contains(row.DistinctId)))
                .ExecuteDeleteAsync(cancellationToken);
            await database.Set<PreviewFeedbackRow>().Where(row => row.ProjectId == person.ProjectId && row.At <= person.At && (row.PersonId == person.Id || ids.Contains(row.DistinctId)))
                .ExecuteDeleteAsync(cancellationToken);
        }
    }
}
