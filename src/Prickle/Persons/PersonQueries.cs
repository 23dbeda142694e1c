using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.ClickHouse;
using Prickle.Persons.Listing;
using Prickle.Persons.Storage;
using Prickle.Storage;

namespace Prickle.Persons;

/// <summary>Everything that pages and other modules ask about persons. Answers come from the relational truth, at once;
/// conditions on properties are judged by the mirror, which is a moment behind.</summary>
public sealed class PersonQueries(IDbContextFactory<PrickleDatabase> databases, ClickHouseStore store, TimeProvider time)
{
    const int MostIds = 1000;

    /// <summary>Persons that fit, newest first.</summary>
    public async Task<IReadOnlyList<PersonProfile>> ListAsync(
        PersonFilter filter, int limit, int offset = 0, CancellationToken cancellationToken = default)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (!filter.Properties.IsEmpty)
        {
            var ids = await PersonConditions.FindAsync(store, database, filter, time.GetUtcNow(), limit, offset, cancellationToken);
            var found = await database.Set<PersonRow>().AsNoTracking()
                .Where(row => row.ProjectId == filter.ProjectId && !row.IsDeleted && ids.Contains(row.Id)).ToListAsync(cancellationToken);
            return await WithIdsAsync(database, [.. found.OrderBy(row => ids.IndexOf(row.Id))], cancellationToken);
        }
        var matching = PersonSearch.Of(database, filter);
        var rows = await (filter.OldestFirst
                ? matching.OrderBy(row => row.CreatedAt).ThenBy(row => row.Id)
                : matching.OrderByDescending(row => row.CreatedAt).ThenBy(row => row.Id))
            .Skip(offset).Take(limit).AsNoTracking().ToListAsync(cancellationToken);
        return await WithIdsAsync(database, rows, cancellationToken);
    }

    /// <summary>How many fit.</summary>
    public async Task<long> CountAsync(PersonFilter filter, CancellationToken cancellationToken = default)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return filter.Properties.IsEmpty
            ? await PersonSearch.Of(database, filter).LongCountAsync(cancellationToken)
            : await PersonConditions.CountAsync(store, database, filter, time.GetUtcNow(), cancellationToken);
    }

    /// <summary>A person by id; null when the project has none, or it became part of another.</summary>
    public async Task<PersonProfile?> FindAsync(int projectId, Guid id, CancellationToken cancellationToken = default)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<PersonRow>().AsNoTracking()
            .Where(row => row.ProjectId == projectId && row.Id == id && !row.IsDeleted).ToListAsync(cancellationToken);
        return (await WithIdsAsync(database, rows, cancellationToken)).SingleOrDefault();
    }

    /// <summary>The person that a distinct id leads to, or null.</summary>
    public async Task<PersonProfile?> FindByDistinctIdAsync(int projectId, string distinctId, CancellationToken cancellationToken = default) =>
        (await ListAsync(new PersonFilter(projectId) { DistinctId = distinctId }, 1, 0, cancellationToken)).SingleOrDefault();

    /// <summary>Those of the persons that are there, by id.</summary>
    public async Task<IReadOnlyDictionary<Guid, PersonProfile>> ByIdsAsync(int projectId, IReadOnlyList<Guid> ids, CancellationToken cancellationToken = default)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<PersonRow>().AsNoTracking()
            .Where(row => row.ProjectId == projectId && ids.Contains(row.Id) && !row.IsDeleted).ToListAsync(cancellationToken);
        return (await WithIdsAsync(database, rows, cancellationToken)).ToDictionary(profile => profile.Id);
    }

    /// <summary>The merges into a person, newest first, undone ones too.</summary>
    public async Task<IReadOnlyList<PersonMergeEntry>> MergesAsync(int projectId, Guid personId, CancellationToken cancellationToken = default)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<PersonMergeRow>().AsNoTracking()
            .Where(row => row.ProjectId == projectId && row.TargetId == personId)
            .OrderByDescending(row => row.MergedAt).Take(200).ToListAsync(cancellationToken);
        return rows.ConvertAll(row =>
        {
            var moved = JsonSerializer.Deserialize<List<string>>(row.MovedIds)!;
            using var source = JsonDocument.Parse(row.SourceBefore);
            return new PersonMergeEntry(
                row.Id, row.TargetId, row.SourceId, PersonName.Of(source.RootElement, moved), moved,
                PersonTables.Moment(row.MergedAt), row.UndoneAt is { } undone ? PersonTables.Moment(undone) : null);
        });
    }

    static async Task<IReadOnlyList<PersonProfile>> WithIdsAsync(
        PrickleDatabase database, List<PersonRow> rows, CancellationToken cancellationToken)
    {
        var persons = rows.ConvertAll(row => row.Id);
        var ids = await database.Set<PersonDistinctIdRow>().AsNoTracking()
            .Where(row => persons.Contains(row.PersonId)).OrderBy(row => row.Version)
            .Select(row => new { row.PersonId, row.DistinctId }).Take(MostIds * 10).ToListAsync(cancellationToken);
        var byPerson = ids.ToLookup(row => row.PersonId, row => row.DistinctId);
        return rows.ConvertAll(row =>
        {
            var properties = JsonElement.Parse(row.Properties);
            List<string> distinctIds = [.. byPerson[row.Id].Take(MostIds)];
            return new PersonProfile(
                row.Id, PersonName.Of(properties, distinctIds), distinctIds, properties, row.IsIdentified, PersonTables.Moment(row.CreatedAt));
        });
    }
}
