using System.Globalization;
using Prickle.ClickHouse;
using Prickle.Persons;

namespace Prickle.Cohorts.Storage;

/// <summary>Who was put into static cohorts.</summary>
sealed class StaticMembers(ClickHouseStore store, CohortVersions versions)
{
    /// <summary>The person a row means now: found by their distinct id after a merge.</summary>
    public const string Current =
        "if(distinct_id = '', person_id, dictGetOrDefault('person_overrides', 'person_id', (project_id, distinct_id), person_id))";

    public async Task AddAsync(int projectId, int cohortId, IReadOnlyCollection<PersonReference> persons, CancellationToken cancellationToken)
    {
        if (persons.Count == 0)
        {
            return;
        }
        var version = versions.Next();
        using var rows = new JsonRows();
        foreach (var (person, distinctId) in persons)
        {
            rows.Begin();
            rows.Writer.WriteNumber("project_id", projectId);
            rows.Writer.WriteNumber("cohort_id", cohortId);
            rows.Writer.WriteString("person_id", person);
            rows.Writer.WriteString("distinct_id", distinctId);
            rows.Writer.WriteNumber("version", version);
            rows.End();
        }
        await store.InsertRowsAsync(
            "cohort_static_members (project_id, cohort_id, person_id, distinct_id, version)", rows, "insert_distributed_sync=1", cancellationToken);
    }

    /// <summary>Whether the person was put in, whatever was calculated since.</summary>
    public async Task<bool> HasAsync(int projectId, int cohortId, Guid person, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var found = await store.ListAsync(
            $"""
            SELECT count() FROM cohort_static_members FINAL
            WHERE project_id = {sql.Project(projectId)} AND cohort_id = {sql.Value("UInt32", (uint)cohortId)} AND {Current} = {sql.Uuid(person)}
            """,
            row => Convert.ToInt64(row.GetValue(0), CultureInfo.InvariantCulture), sql.Parameters, null, cancellationToken);
        return found[0] > 0;
    }

    /// <summary>Takes out whoever is now one of these persons.</summary>
    public Task RemoveAsync(int projectId, int cohortId, IReadOnlyCollection<Guid> persons, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var statement = $"""
            INSERT INTO cohort_static_members (project_id, cohort_id, person_id, distinct_id, version, is_deleted)
            SELECT project_id, cohort_id, person_id, distinct_id, {sql.Value("UInt64", (ulong)versions.Next())}, 1 FROM cohort_static_members FINAL
            WHERE project_id = {sql.Project(projectId)} AND cohort_id = {sql.Value("UInt32", (uint)cohortId)}
              AND has({sql.Value("Array(UUID)", persons.ToArray())}, {Current})
            """;
        return store.ExecuteAsync(statement, sql.Parameters, cancellationToken);
    }
}
