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
public sealed class PersonLookup(IDbContextFactory<PrickleDatabase> databases, PreparedReads reads)
{
    const string One = """
        SELECT d.person_id, p.properties FROM person_distinct_ids d LEFT JOIN persons p ON p.id = d.person_id AND NOT p.is_deleted
        WHERE d.project_id = @p0 AND d.distinct_id = @p1
        """;

    // Two answers on one way to the store.
    const string OneWithIds = $"""
        {One};
        SELECT other.distinct_id FROM person_distinct_ids d
        JOIN person_distinct_ids other ON other.person_id = d.person_id AND other.project_id = d.project_id
        WHERE d.project_id = @p0 AND d.distinct_id = @p1 ORDER BY other.version, other.distinct_id LIMIT @p2
        """;

    // SQLite takes some thousands of parameters in a statement.
    const int Chunk = 500;

    /// <summary>The person that a distinct id leads to: the one that it begins as where it is unknown.</summary>
    /// <param name="mostIds">How many of the ids that lead there are wanted, the oldest first.</param>
    public async Task<KnownPerson> FindAsync(int projectId, string distinctId, CancellationToken cancellationToken, int mostIds = 0)
    {
        await using var reading = reads.Begin();
        return await FindAsync(reading, projectId, distinctId, cancellationToken, mostIds);
    }

    /// <summary>The same among the questions of a request.</summary>
    public async ValueTask<KnownPerson> FindAsync(
        PreparedReading reading, int projectId, string distinctId, CancellationToken cancellationToken, int mostIds = 0)
    {
        await using var row = mostIds == 0
            ? await reading.AskAsync(One, [projectId, distinctId], cancellationToken)
            : await reading.AskAsync(OneWithIds, [projectId, distinctId, mostIds], cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
        {
            return new KnownPerson(PersonId.For(projectId, distinctId), default, []);
        }
        var personId = row.GetGuid(0);
        // As bytes: they are parsed, and nobody reads the text.
        var properties = await row.IsDBNullAsync(1, cancellationToken) ? default : JsonElement.Parse(row.GetFieldValue<byte[]>(1));
        if (mostIds == 0)
        {
            return new KnownPerson(personId, properties, []);
        }
        var ids = new List<string>();
        await row.NextResultAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            ids.Add(row.GetString(0));
        }
        return new KnownPerson(personId, properties, ids);
    }

    /// <summary>Whom each distinct id leads to now; unknown ids are missing.</summary>
    public async Task<IReadOnlyDictionary<string, Guid>> ByDistinctIdsAsync(
        int projectId, IReadOnlyCollection<string> distinctIds, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, Guid>(StringComparer.Ordinal);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var chunk in distinctIds.Distinct(StringComparer.Ordinal).Chunk(Chunk))
        {
            foreach (var row in await database.Set<PersonDistinctIdRow>().AsNoTracking()
                .Where(row => row.ProjectId == projectId && chunk.Contains(row.DistinctId)
                    // An id of somebody who was deleted leads to nobody.
                    && database.Set<PersonRow>().Any(person => person.Id == row.PersonId && !person.IsDeleted)).ToListAsync(cancellationToken))
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
                .Where(row => row.ProjectId == projectId && chunk.Contains(row.PersonId)
                    && database.Set<PersonRow>().Any(person => person.Id == row.PersonId && !person.IsDeleted)).ToListAsync(cancellationToken))
            {
                found[row.PersonId] = row.DistinctId;
            }
        }
        return [.. found.Select(pair => new PersonReference(pair.Key, pair.Value))];
    }
}
