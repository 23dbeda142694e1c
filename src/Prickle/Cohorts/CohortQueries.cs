using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Prickle.ClickHouse;
using Prickle.Cohorts.Calculation;
using Prickle.Cohorts.Storage;
using Prickle.Storage;

namespace Prickle.Cohorts;

/// <summary>Everything that pages and other modules ask about cohorts.</summary>
public sealed class CohortQueries : ICohortDirectory
{
    // Somebody's page waits for their flags: nobody asks for longer.
    static readonly Dictionary<string, object> MembershipLimits = new() { ["max_execution_time"] = 3 };

    readonly IDbContextFactory<PrickleDatabase> _databases;
    readonly ClickHouseStore _store;
    readonly CohortCalculation _calculation;

    internal CohortQueries(IDbContextFactory<PrickleDatabase> databases, ClickHouseStore store, CohortCalculation calculation) =>
        (_databases, _store, _calculation) = (databases, store, calculation);

    /// <summary>All cohorts of a project, by name.</summary>
    public async Task<IReadOnlyList<CohortProfile>> ListAsync(int projectId, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<CohortRow>().AsNoTracking()
            .Where(row => row.ProjectId == projectId && !row.IsDeleted).ToListAsync(cancellationToken);
        return [.. rows.OrderBy(row => row.Name, StringComparer.CurrentCultureIgnoreCase).Select(row => row.ToProfile())];
    }

    /// <summary>A cohort; null when the project has none of that id.</summary>
    public async Task<CohortProfile?> FindAsync(int projectId, int id, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        return (await database.Set<CohortRow>().AsNoTracking().SingleOrDefaultAsync(
            row => row.ProjectId == projectId && row.Id == id && !row.IsDeleted, cancellationToken))?.ToProfile();
    }

    public async Task<IReadOnlyDictionary<int, CohortEntry>> FindAsync(int projectId, IReadOnlyCollection<int> ids, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<CohortRow>().AsNoTracking().Where(row => row.ProjectId == projectId && ids.Contains(row.Id))
            .ToDictionaryAsync(row => row.Id, row => new CohortEntry(row.Name, row.IsDeleted), cancellationToken);
    }

    /// <summary>The last calculations, newest first.</summary>
    public async Task<IReadOnlyList<CohortRun>> RunsAsync(int projectId, int id, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<CohortRunRow>().AsNoTracking().Where(row => row.ProjectId == projectId && row.CohortId == id)
            .OrderByDescending(row => row.Id).Take(60)
            .Select(row => new CohortRun(row.At, row.Count, row.Seconds, row.Error)).ToListAsync(cancellationToken);
    }

    /// <summary>The members by the last finished calculation, in an order that stays.</summary>
    public async Task<IReadOnlyList<Guid>> MembersAsync(int projectId, int id, int limit, int offset, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        return await _store.ListAsync(
            $"SELECT DISTINCT person_id FROM {CohortSql.Members(sql, projectId, id)} ORDER BY person_id LIMIT {sql.Number(limit)} OFFSET {sql.Number(offset)}",
            row => row.GetGuid(0), sql.Parameters, null, cancellationToken);
    }

    /// <summary>Whether the person is a member.</summary>
    public async Task<bool> HasAsync(int projectId, int id, Guid personId, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var found = await _store.ListAsync(
            $"SELECT count() FROM {CohortSql.Members(sql, projectId, id)} WHERE person_id = {sql.Uuid(personId)}",
            row => Convert.ToInt64(row.GetValue(0), CultureInfo.InvariantCulture), sql.Parameters, null, cancellationToken);
        return found[0] > 0;
    }

    /// <summary>Who of the persons is in which of the cohorts, by the last finished calculations.</summary>
    public async Task<ILookup<Guid, int>> MembershipsAsync(
        int projectId, IReadOnlyCollection<int> ids, IReadOnlyCollection<Guid> persons, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var (project, cohorts) = (sql.Project(projectId), sql.Value("Array(UInt32)", ids.Select(id => (uint)id).ToArray()));
        var statement = $"""
            SELECT DISTINCT person_id, cohort_id FROM cohort_members
            WHERE project_id = {project} AND cohort_id IN {cohorts} AND person_id IN {sql.Value("Array(UUID)", persons.ToArray())}
              AND (cohort_id, version) IN (SELECT cohort_id, max(version) FROM cohort_versions
                WHERE project_id = {project} AND cohort_id IN {cohorts} GROUP BY cohort_id)
            """;
        var rows = await _store.ListAsync(
            statement, row => (Person: row.GetGuid(0), Cohort: Convert.ToInt32(row.GetValue(1), CultureInfo.InvariantCulture)),
            sql.Parameters, MembershipLimits, cancellationToken);
        return rows.ToLookup(row => row.Person, row => row.Cohort);
    }

    /// <summary>How many people criteria would give now.</summary>
    public Task<long> PreviewAsync(int projectId, CohortGroup criteria, CancellationToken cancellationToken) =>
        _calculation.PreviewAsync(projectId, criteria, cancellationToken);
}
