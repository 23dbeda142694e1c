using Microsoft.EntityFrameworkCore;
using Prickle.Persons.Storage;
using Prickle.Storage;

namespace Prickle.Persons;

/// <summary>A person, with an id by which they are found even after becoming part of another.</summary>
public sealed record PersonReference(Guid PersonId, string DistinctId);

/// <summary>Finds many persons at once by their ids.</summary>
public sealed class PersonLookup(IDbContextFactory<PrickleDatabase> databases)
{
    // SQLite takes some thousands of parameters in a statement.
    const int Chunk = 500;

    /// <summary>Whom each distinct id leads to now; unknown ids are missing.</summary>
    public async Task<IReadOnlyDictionary<string, Guid>> ByDistinctIdsAsync(
        int projectId, IReadOnlyCollection<string> distinctIds, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, Guid>(StringComparer.Ordinal);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var chunk in distinctIds.Distinct(StringComparer.Ordinal).Chunk(Chunk))
        {
            foreach (var row in await database.Set<PersonDistinctIdRow>().AsNoTracking()
                .Where(row => row.ProjectId == projectId && chunk.Contains(row.DistinctId)).ToListAsync(cancellationToken))
            {
                found[row.DistinctId] = row.PersonId;
            }
        }
        return found;
    }

    /// <summary>The persons that are there, each with one of their distinct ids; those who became part of another are missing.</summary>
    public async Task<IReadOnlyList<PersonReference>> ByIdsAsync(
        int projectId, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Guid, string>();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var chunk in ids.Distinct().Chunk(Chunk))
        {
            foreach (var row in await database.Set<PersonDistinctIdRow>().AsNoTracking()
                .Where(row => row.ProjectId == projectId && chunk.Contains(row.PersonId)).ToListAsync(cancellationToken))
            {
                found[row.PersonId] = row.DistinctId;
            }
        }
        return [.. found.Select(pair => new PersonReference(pair.Key, pair.Value))];
    }
}
