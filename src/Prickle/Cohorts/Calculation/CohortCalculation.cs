using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ClickHouse.Driver;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.ClickHouse;
using Prickle.Cohorts.Criteria;
using Prickle.Cohorts.Storage;
using Prickle.Storage;

namespace Prickle.Cohorts.Calculation;

/// <summary>Works out who is in a cohort, and writes it down as a version that counts once it is whole.</summary>
sealed class CohortCalculation(
    IDbContextFactory<PrickleDatabase> databases, ClickHouseStore store, IActionDirectory actions, ProjectDirectory projects, CohortVersions versions,
    TimeProvider time)
{
    public static readonly TimeSpan Every = TimeSpan.FromHours(24);
    static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(15);

    readonly ConcurrentDictionary<int, SemaphoreSlim> _turns = [];

    /// <summary>What one cohort may cost: it must not hold up the others.</summary>
    static readonly Dictionary<string, object> Limits = new()
    {
        ["max_execution_time"] = 120,
        ["max_bytes_before_external_group_by"] = 500_000_000L,
    };

    /// <summary>How many the criteria would give now.</summary>
    public async Task<long> PreviewAsync(int projectId, CohortGroup criteria, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var persons = await PersonsAsync(sql, projectId, criteria, cancellationToken);
        var counts = await store.ListAsync(
            $"SELECT count() FROM ({persons})", row => Convert.ToInt64(row.GetValue(0), CultureInfo.InvariantCulture), sql.Parameters,
            new Dictionary<string, object> { ["max_execution_time"] = 20 }, cancellationToken);
        return counts[0];
    }

    /// <summary>Calculates, and keeps the result or the error. One at a time for each cohort: the last that begins ends last.</summary>
    public async Task RunAsync(int cohortId, CancellationToken cancellationToken)
    {
        var turn = _turns.GetOrAdd(cohortId, static _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            await RunInTurnAsync(cohortId, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    async Task RunInTurnAsync(int cohortId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<CohortRow>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == cohortId && !row.IsDeleted, cancellationToken) is not { } row)
        {
            return;
        }
        var begun = Stopwatch.GetTimestamp();
        var (count, error) = (default(long?), default(string));
        try
        {
            count = await CalculateAsync(row, cancellationToken);
        }
        catch (CohortCalculationException failure)
        {
            error = failure.Message;
        }
        catch (ClickHouseServerException failure)
        {
            error = failure.ErrorCode == 159
                ? $"It took longer than {Limits["max_execution_time"]} seconds. Ask for less time or fewer criteria."
                : $"The store refused the calculation: {failure.Message}";
        }
        var now = time.GetUtcNow();
        database.Add(new CohortRunRow
        {
            ProjectId = row.ProjectId,
            CohortId = row.Id,
            At = now,
            Count = count,
            Error = error,
            Seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds,
        });
        await database.SaveChangesAsync(cancellationToken);
        // Only these columns: somebody may have changed the others while this ran.
        var due = now + (error is null ? Every : AfterFailure);
        await database.Set<CohortRow>().Where(one => one.Id == row.Id).ExecuteUpdateAsync(
            set => set.SetProperty(one => one.Error, error).SetProperty(one => one.DueAt, due), cancellationToken);
        if (error is null)
        {
            await database.Set<CohortRow>().Where(one => one.Id == row.Id).ExecuteUpdateAsync(
                set => set.SetProperty(one => one.Count, count).SetProperty(one => one.CalculatedAt, now)
                    .SetProperty(one => one.CalculatedEdition, row.Edition), cancellationToken);
        }
    }

    async Task<long> CalculateAsync(CohortRow row, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var version = (ulong)versions.Next();
        var (project, cohort, number) = (sql.Project(row.ProjectId), sql.Value("UInt32", (uint)row.Id), sql.Value("UInt64", version));
        var persons = row.IsStatic
            ? $"SELECT DISTINCT {StaticMembers.Current} AS id FROM cohort_static_members FINAL WHERE project_id = {project} AND cohort_id = {cohort}"
            : await PersonsAsync(sql, row.ProjectId, row.ToSettings().Filters.Properties, cancellationToken);
        await RunAsync(
            $"INSERT INTO cohort_members (project_id, cohort_id, person_id, version) SELECT {project}, {cohort}, id, {number} FROM ({persons})",
            sql, cancellationToken);
        var counts = await store.ListAsync(
            $"SELECT count() FROM cohort_members FINAL WHERE project_id = {project} AND cohort_id = {cohort} AND version = {number}",
            counted => Convert.ToInt64(counted.GetValue(0), CultureInfo.InvariantCulture), sql.Parameters, Limits, cancellationToken);
        await RunAsync($"INSERT INTO cohort_versions (project_id, cohort_id, version) SELECT {project}, {cohort}, {number}", sql, cancellationToken);
        await store.DeleteWhereAsync(
            "cohort_members", string.Create(CultureInfo.InvariantCulture, $"project_id = {row.ProjectId} AND cohort_id = {row.Id} AND version < {version}"),
            cancellationToken);
        return counts[0];
    }

    async Task<string> PersonsAsync(SqlBuilder sql, int projectId, CohortGroup criteria, CancellationToken cancellationToken) =>
        new CriterionSql(
            sql, projectId, (await projects.FindAsync(projectId, cancellationToken))?.Zone ?? TimeZoneInfo.Utc, time.GetUtcNow(),
            await actions.OfProjectAsync(projectId, cancellationToken)).Persons(criteria);

    Task RunAsync(string statement, SqlBuilder sql, CancellationToken cancellationToken) =>
        store.ListAsync($"{statement} SETTINGS insert_distributed_sync = 1", _ => 0, sql.Parameters, Limits, cancellationToken);
}
