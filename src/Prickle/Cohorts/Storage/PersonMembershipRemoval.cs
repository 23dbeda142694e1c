using System.Globalization;
using Prickle.ClickHouse;
using Prickle.Cohorts.Calculation;
using Prickle.Persons;

namespace Prickle.Cohorts.Storage;

/// <summary>Takes a deleted person out of cohorts: those that they were put into, and what was calculated.</summary>
sealed class PersonMembershipRemoval(ClickHouseStore store, CohortVersions versions, CohortCalculation calculation) : IPersonDeletionListener
{
    public async Task DeleteAsync(DeletedPerson person, CancellationToken cancellationToken)
    {
        var left = new HashSet<int>();
        foreach (var ids in person.IdsInParts)
        {
            var sql = new SqlBuilder();
            var where = $"""
                project_id = {sql.Project(person.ProjectId)} AND version <= {sql.Value("UInt64", (ulong)person.AtMicroseconds)}
                AND (person_id = {sql.Uuid(person.Id)} OR has({sql.Value("Array(String)", ids)}, distinct_id))
                """;
            left.UnionWith(await store.ListAsync(
                $"SELECT DISTINCT cohort_id FROM cohort_static_members FINAL WHERE {where}",
                row => Convert.ToInt32(row.GetValue(0), CultureInfo.InvariantCulture), sql.Parameters, null, cancellationToken));
            await store.ExecuteAsync(
                $"""
                INSERT INTO cohort_static_members (project_id, cohort_id, person_id, distinct_id, version, is_deleted)
                SELECT project_id, cohort_id, person_id, distinct_id, {sql.Value("UInt64", (ulong)versions.Next())}, 1 FROM cohort_static_members FINAL WHERE {where}
                """, sql.Parameters, cancellationToken);
        }
        var calculated = new SqlBuilder();
        var theirs = $"project_id = {calculated.Project(person.ProjectId)} AND person_id = {calculated.Uuid(person.Id)}";
        await store.DeleteWhereAsync("cohort_members", $"{theirs} AND version <= {calculated.Value("UInt64", (ulong)person.AtMicroseconds)}", calculated.Parameters, cancellationToken);
        foreach (var cohort in left)
        {
            await calculation.RunAsync(cohort, cancellationToken);
        }
    }
}
