using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Persons.Identity;
using Prickle.Persons.Storage;
using Prickle.Storage;

namespace Prickle.Persons;

/// <summary>A person, with an id by which they are found even after becoming part of another.</summary>
public sealed record PersonReference(Guid PersonId, string DistinctId);

/// <summary>Whom a distinct id leads to, and what is stored of them: nothing of somebody without a profile.</summary>
public sealed record KnownPerson(Guid PersonId, JsonElement Properties, IReadOnlyList<string> DistinctIds);

/// <summary>Finds persons by their ids: one on the paths that ask for every request, or many at once.</summary>
public sealed class PersonLookup(IDbContextFactory<PrickleDatabase> databases)
{
    // Translated once: that takes as long as the query itself, and these are asked for each request of a page. Not static: they
    // belong to the provider that they were first asked of.
    readonly Func<PrickleDatabase, int, string, CancellationToken, Task<Found?>> _one = EF.CompileAsyncQuery((PrickleDatabase database, int projectId, string distinctId, CancellationToken cancellationToken) => (
        from id in database.Set<PersonDistinctIdRow>()
        where id.ProjectId == projectId && id.DistinctId == distinctId
        join person in database.Set<PersonRow>().Where(row => !row.IsDeleted) on id.PersonId equals person.Id into persons
        from person in persons.DefaultIfEmpty()
        select new Found(id.PersonId, person == null ? null : person.Properties)).SingleOrDefault());

    readonly Func<PrickleDatabase, int, Guid, int, IAsyncEnumerable<string>> _ids = EF.CompileAsyncQuery((PrickleDatabase database, int projectId, Guid personId, int most) =>
        database.Set<PersonDistinctIdRow>().AsNoTracking().Where(row => row.ProjectId == projectId && row.PersonId == personId)
            .OrderBy(row => row.Version).ThenBy(row => row.DistinctId).Select(row => row.DistinctId).Take(most));

    // SQLite takes some thousands of parameters in a statement.
    const int Chunk = 500;

    /// <summary>The person that a distinct id leads to: the one that it begins as where it is unknown.</summary>
    /// <param name="mostIds">How many of the ids that lead there are wanted, the oldest first.</param>
    public async Task<KnownPerson> FindAsync(int projectId, string distinctId, CancellationToken cancellationToken, int mostIds = 0)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var found = await _one(database, projectId, distinctId, cancellationToken);
        if (found is null)
        {
            return new KnownPerson(PersonId.For(projectId, distinctId), default, []);
        }
        return new KnownPerson(
            found.PersonId, found.Properties is { } properties ? JsonElement.Parse(properties) : default,
            mostIds == 0 ? [] : await IdsAsync(database, projectId, found.PersonId, mostIds, cancellationToken));
    }

    async Task<List<string>> IdsAsync(PrickleDatabase database, int projectId, Guid personId, int most, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        await foreach (var id in _ids(database, projectId, personId, most).WithCancellation(cancellationToken))
        {
            ids.Add(id);
        }
        return ids;
    }

    sealed record Found(Guid PersonId, string? Properties);

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
