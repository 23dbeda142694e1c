using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Persons.Identity;
using Prickle.Storage;

namespace Prickle.Persons.Storage;

/// <summary>Persons on disk, by plain SQL: the path of every event goes through here.</summary>
sealed class PersonTables(IDbContextFactory<PrickleDatabase> databases)
{
    const string PersonColumns = "p.id, p.project_id, p.properties, p.is_identified, p.created_at, p.is_deleted, p.version";

    /// <summary>Loads what the given ids lead to; ids that lead nowhere are noted as such.</summary>
    public async Task LoadAsync(
        IdentityGraph graph, int projectId, IReadOnlyCollection<string> distinctIds, CancellationToken cancellationToken)
    {
        var missing = distinctIds.ToHashSet(StringComparer.Ordinal);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var opened = await OpenedConnection.OpenAsync(database, cancellationToken);
        var connection = opened.Connection;
        await MultiRow.ReadAsync(
            connection,
            $"""
            SELECT {PersonColumns}, d.distinct_id, d.is_override, d.version, d.person_id FROM person_distinct_ids d LEFT JOIN persons p ON p.id = d.person_id
            WHERE d.project_id = @p0 AND d.distinct_id IN ({"{keys}"})
            """,
            projectId, distinctIds,
            row =>
            {
                var distinctId = row.GetString(7);
                missing.Remove(distinctId);
                graph.Load(projectId, distinctId, new IdMapping
                {
                    ProjectId = projectId,
                    DistinctId = distinctId,
                    Person = graph.FindPerson(row.GetGuid(10)) ?? (row.IsDBNull(0) ? IdentityGraph.Nobody(projectId, row.GetGuid(10)) : ReadPerson(row)),
                    IsOverride = row.GetBoolean(8),
                    StoredVersion = row.GetInt64(9),
                });
            },
            cancellationToken);
        foreach (var distinctId in missing)
        {
            graph.Load(projectId, distinctId, null);
        }
    }

    /// <summary>Loads all ids of the given persons, so that they can be merged or parted.</summary>
    public async Task LoadIdsAsync(IdentityGraph graph, int projectId, IReadOnlyCollection<Person> persons, CancellationToken cancellationToken)
    {
        var byId = persons.ToDictionary(person => person.Id);
        var found = new List<string>();
        foreach (var person in persons)
        {
            person.DistinctIds = [];
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var opened = await OpenedConnection.OpenAsync(database, cancellationToken);
        var connection = opened.Connection;
        await MultiRow.ReadAsync(
            connection,
            "SELECT person_id, distinct_id FROM person_distinct_ids WHERE project_id = @p0 AND person_id IN ({keys})",
            projectId, byId.Keys.Cast<object>(),
            row =>
            {
                byId[row.GetGuid(0)].DistinctIds!.Add(row.GetString(1));
                found.Add(row.GetString(1));
            },
            cancellationToken);
        var unknown = found.Where(id => !graph.Knows(projectId, id)).ToList();
        if (unknown.Count > 0)
        {
            await LoadAsync(graph, projectId, unknown, cancellationToken);
        }
    }

    /// <summary>A person by its own id, deleted or not; null when there is none in the project.</summary>
    public async Task<Person?> FindAsync(int projectId, Guid id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var opened = await OpenedConnection.OpenAsync(database, cancellationToken);
        Person? found = null;
        await MultiRow.ReadAsync(
            opened.Connection,
            $"SELECT {PersonColumns} FROM persons p WHERE p.project_id = @p0 AND p.id IN ({"{keys}"})",
            projectId, [id], row => found = ReadPerson(row), cancellationToken);
        return found;
    }

    /// <summary>
    /// Writes all that changed in one transaction, and with it up to which place of the inbox it was applied. False when another node was faster with one of them: nothing is
    /// written then, and what is in memory is stale.
    /// </summary>
    public async Task<bool> SaveAsync(IdentityGraph graph, Guid node, long change, long? appliedThrough, CancellationToken cancellationToken)
    {
        var persons = graph.ChangedPersons.Select(person => (Person: person, Version: Next(person.StoredVersion, change))).ToList();
        var ids = graph.ChangedIds.Select(id => (Id: id, Version: Next(id.StoredVersion, change))).ToList();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var opened = await OpenedConnection.OpenAsync(database, cancellationToken);
        var connection = opened.Connection;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await WritePersonsAsync(connection, transaction, persons, node, change, cancellationToken) != persons.Count
            || await WriteIdsAsync(connection, transaction, ids, node, change, cancellationToken) != ids.Count)
        {
            return false;
        }

        await WriteMergesAsync(connection, transaction, graph.Merges, cancellationToken);
        if (appliedThrough is { } through)
        {
            await MultiRow.WriteAsync(
                connection, transaction, "INSERT INTO person_mirror_marks (node, change_number, applied_through)", [[node, 0L, through]],
                "ON CONFLICT (node) DO UPDATE SET applied_through = excluded.applied_through", cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        persons.ForEach(saved => (saved.Person.StoredVersion, saved.Person.IsChanged) = (saved.Version, false));
        ids.ForEach(saved => (saved.Id.StoredVersion, saved.Id.IsChanged) = (saved.Version, false));
        graph.Merges.Clear();
        return true;
    }

    /// <summary>The place in a node's inbox up to which everything was applied, or 0.</summary>
    public async Task<long> AppliedThroughAsync(Guid node, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<MirrorMarkRow>().Where(mark => mark.Node == node).Select(mark => mark.AppliedThrough)
            .SingleOrDefaultAsync(cancellationToken);
    }

    public static long Microseconds(DateTimeOffset moment) => (moment.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / 10;

    public static DateTimeOffset Moment(long microseconds) =>
        new(DateTimeOffset.UnixEpoch.UtcTicks + (microseconds * 10), TimeSpan.Zero);

    static Person ReadPerson(DbDataReader row) => new()
    {
        Id = row.GetGuid(0),
        ProjectId = row.GetInt32(1),
        Properties = PropertyMap.Parse(row.GetString(2)),
        IsIdentified = row.GetBoolean(3),
        CreatedAt = Moment(row.GetInt64(4)),
        IsDeleted = row.GetBoolean(5),
        StoredVersion = row.GetInt64(6),
    };

    // Grows even when another node's clock is ahead: mirrors keep the highest.
    static long Next(long stored, long change) => Math.Max(change, stored + 1);

    static Task<int> WritePersonsAsync(
        DbConnection connection, DbTransaction transaction, List<(Person Person, long Version)> persons, Guid node, long change,
        CancellationToken cancellationToken) =>
        MultiRow.WriteAsync(
            connection, transaction,
            "INSERT INTO persons (id, project_id, properties, is_identified, created_at, is_deleted, version, replaces_version, changed_by, change_number)",
            persons.ConvertAll(saved => new object?[]
            {
                saved.Person.Id, saved.Person.ProjectId, saved.Person.Properties.ToJson(), saved.Person.IsIdentified,
                Microseconds(saved.Person.CreatedAt), saved.Person.IsDeleted, saved.Version, saved.Person.StoredVersion, node, change,
            }),
            """
            ON CONFLICT (id) DO UPDATE SET properties = excluded.properties, is_identified = excluded.is_identified,
                created_at = excluded.created_at, is_deleted = excluded.is_deleted, version = excluded.version,
                replaces_version = excluded.replaces_version, changed_by = excluded.changed_by, change_number = excluded.change_number
            WHERE persons.version = excluded.replaces_version OR (persons.is_deleted AND excluded.replaces_version = 0)
            """,
            cancellationToken);

    static Task<int> WriteIdsAsync(
        DbConnection connection, DbTransaction transaction, List<(IdMapping Id, long Version)> ids, Guid node, long change,
        CancellationToken cancellationToken) =>
        MultiRow.WriteAsync(
            connection, transaction,
            "INSERT INTO person_distinct_ids (project_id, distinct_id, person_id, is_override, version, replaces_version, changed_by, change_number)",
            ids.ConvertAll(saved => new object?[]
            {
                saved.Id.ProjectId, saved.Id.DistinctId, saved.Id.Person.Id, saved.Id.IsOverride, saved.Version,
                saved.Id.StoredVersion, node, change,
            }),
            """
            ON CONFLICT (project_id, distinct_id) DO UPDATE SET person_id = excluded.person_id, is_override = excluded.is_override,
                version = excluded.version, replaces_version = excluded.replaces_version, changed_by = excluded.changed_by,
                change_number = excluded.change_number
            WHERE person_distinct_ids.version = excluded.replaces_version
            """,
            cancellationToken);

    static Task<int> WriteMergesAsync(
        DbConnection connection, DbTransaction transaction, List<Merge> merges, CancellationToken cancellationToken) =>
        MultiRow.WriteAsync(
            connection, transaction,
            """
            INSERT INTO person_merges (id, project_id, target_id, source_id, target_before, source_before, target_after,
                was_target_identified, target_created_before, moved_ids, merged_at)
            """,
            merges.ConvertAll(merge => new object?[]
            {
                merge.Id, merge.ProjectId, merge.Target.Id, merge.Source.Id, merge.TargetBefore, merge.SourceBefore, merge.TargetAfter,
                merge.WasTargetIdentified, Microseconds(merge.TargetCreatedBefore), JsonSerializer.Serialize(merge.MovedIds),
                Microseconds(merge.MergedAt),
            }),
            "", cancellationToken);
}
