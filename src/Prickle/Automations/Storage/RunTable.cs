using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Prickle.Storage;

namespace Prickle.Automations.Storage;

/// <summary>A run that is to begin.</summary>
sealed record NewRun(
    Guid Id, int ProjectId, int AutomationId, int Version, string TriggerKey, Guid? PersonId, string? DistinctId, string? StepId, string Context, long StartedAt,
    long? GoalUntil, string Origin)
{
    public bool IsTest { get; init; }

    /// <summary>Whether it may come to a wait for an event before any other.</summary>
    public bool AwaitsEvent { get; init; }
}

/// <summary>What was done to a run since it was leased, to be saved whole or not at all.</summary>
/// <param name="Run">As it is now.</param>
/// <param name="Pokes">As they were when it was leased.</param>
sealed record RunProgress(RunRow Run, Guid Lease, int Pokes, IReadOnlyList<RunStepRow> Steps, HoldRow? Hold);

/// <summary>
/// Runs on disk, by plain SQL that means the same on both providers. A run is due when its time has come; whoever leases it puts
/// that time off, so that it comes back by itself if they die. What they did is saved only while the lease is theirs.
/// </summary>
sealed class RunTable(IDbContextFactory<PrickleDatabase> databases, TimeProvider time)
{
    /// <summary>Longer than any step takes.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(90);

    const string NewColumns =
        "INSERT INTO automation_runs (id, project_id, automation_id, version, trigger_key, person_id, distinct_id, state, step_id, attempt, steps, wake_at, awaits, pokes, "
        + "has_begun, context, has_errors, started_at, goal_until, origin, is_test, told)";

    public static long Micros(DateTimeOffset moment) => (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / 10;

    public static DateTimeOffset Moment(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * 10);

    public long Now => Micros(time.GetUtcNow());

    /// <summary>Begins runs; those whose key is there already are begun already. Gives how many are new.</summary>
    public async Task<int> BeginAsync(IReadOnlyList<NewRun> runs, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var opened = await OpenedConnection.OpenAsync(database, cancellationToken);
        await using var transaction = await opened.Connection.BeginTransactionAsync(cancellationToken);
        var begun = await BeginAsync(opened.Connection, transaction, runs, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return begun;
    }

    /// <summary>The same within a transaction of others.</summary>
    public static Task<int> BeginAsync(DbConnection connection, DbTransaction transaction, IReadOnlyList<NewRun> runs, CancellationToken cancellationToken) =>
        MultiRow.WriteAsync(connection, transaction, NewColumns, [.. runs.Select(run => new object?[]
        {
            run.Id, run.ProjectId, run.AutomationId, run.Version, run.TriggerKey, run.PersonId, run.DistinctId, (int)RunState.Running, run.StepId, 0, 0, run.StartedAt,
            (int)((run.GoalUntil is null ? RunAwaits.None : RunAwaits.Goal) | (run.AwaitsEvent ? RunAwaits.Event : RunAwaits.None)), 0, false, run.Context, false, run.StartedAt, run.GoalUntil, run.Origin, run.IsTest, run.IsTest ? 2 : 0,
        })], "ON CONFLICT DO NOTHING", cancellationToken);

    /// <summary>Takes up to so many that are due.</summary>
    public async Task<(Guid Lease, List<RunRow> Runs)> LeaseAsync(int most, CancellationToken cancellationToken)
    {
        var (lease, now) = (Guid.NewGuid(), Now);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var ids = await database.Set<RunRow>().Where(row => row.WakeAt <= now).OrderBy(row => row.WakeAt).Select(row => row.Id).Take(most).ToListAsync(cancellationToken);
        if (ids.Count == 0)
        {
            return (lease, []);
        }
        var until = now + ((long)Lease.TotalMilliseconds * 1000);
        // Asked again: another node may have been quicker.
        await database.Set<RunRow>().Where(row => ids.Contains(row.Id) && row.WakeAt <= now).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.LeaseOwner, lease).SetProperty(row => row.WakeAt, until), cancellationToken);
        return (lease, await database.Set<RunRow>().AsNoTracking().Where(row => ids.Contains(row.Id) && row.LeaseOwner == lease).ToListAsync(cancellationToken));
    }

    /// <summary>Notes that a delivery begins now: whoever finds this after a crash knows that it may have arrived. False when the lease is lost.</summary>
    public async Task<bool> MarkBegunAsync(Guid run, Guid lease, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<RunRow>().Where(row => row.Id == run && row.LeaseOwner == lease)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.HasBegun, true), cancellationToken) == 1;
    }

    /// <summary>Saves what was done to many runs, in one transaction; what was done under a lease that is lost is let go.</summary>
    public async Task SaveAsync(IReadOnlyList<RunProgress> progress, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var opened = await OpenedConnection.OpenAsync(database, cancellationToken);
        await using var transaction = await opened.Connection.BeginTransactionAsync(cancellationToken);
        List<RunProgress> saved = [];
        await using (var update = Command(opened.Connection, transaction, UpdateRun))
        {
            foreach (var one in progress)
            {
                if (await UpdateAsync(update, one, cancellationToken))
                {
                    saved.Add(one);
                }
            }
        }
        await MultiRow.WriteAsync(
            opened.Connection, transaction,
            "INSERT INTO automation_run_steps (run_id, number, project_id, automation_id, version, step_id, kind, attempt, state, detail, data, at, milliseconds, told)",
            [.. saved.SelectMany(one => one.Steps).Select(step => new object?[]
            {
                step.RunId, step.Number, step.ProjectId, step.AutomationId, step.Version, step.StepId, step.Kind, step.Attempt, (int)step.State, step.Detail, step.Data, step.At,
                step.Milliseconds, step.Told,
            })], "ON CONFLICT DO NOTHING", cancellationToken);
        await MultiRow.WriteAsync(
            opened.Connection, transaction,
            "INSERT INTO automation_holds (run_id, step_id, project_id, automation_id, version, person_id, distinct_id, variables, check_at, is_over, attempt)",
            [.. saved.Select(one => one.Hold).OfType<HoldRow>().Select(hold => new object?[]
            {
                hold.RunId, hold.StepId, hold.ProjectId, hold.AutomationId, hold.Version, hold.PersonId, hold.DistinctId, hold.Variables, hold.CheckAt, false, 0,
            })], "ON CONFLICT DO NOTHING", cancellationToken);
        foreach (var early in saved.Where(one => one.Run.State is RunState.Exited or RunState.Converted or RunState.Cancelled))
        {
            await EndHoldsAsync(opened.Connection, transaction, early.Run.Id, cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
    }

    // What was heard meanwhile is not lost: it is due at once then, with the signal still there.
    const string UpdateRun =
        """
        UPDATE automation_runs SET person_id = @person, state = @state, step_id = @step, attempt = @attempt, steps = @steps,
            wake_at = CASE WHEN @wake IS NULL THEN NULL WHEN pokes = @pokes THEN @wake ELSE @now END,
            waiting_since = @since, deadline = @deadline, awaits = @awaits, signal = CASE WHEN pokes = @pokes THEN @signal ELSE signal END,
            lease_owner = NULL, has_begun = @begun, context = @context, has_errors = @errors, reason = @reason, ended_at = @ended,
            converted_at = coalesce(converted_at, @converted)
        WHERE id = @id AND lease_owner = @lease
        """;

    async Task<bool> UpdateAsync(DbCommand update, RunProgress progress, CancellationToken cancellationToken)
    {
        var run = progress.Run;
        update.Parameters.Clear();
        // PostgreSQL wants to know what a null is.
        Add(update, "@person", run.PersonId, System.Data.DbType.Guid);
        Add(update, "@state", (int)run.State);
        Add(update, "@step", run.StepId, System.Data.DbType.String);
        Add(update, "@attempt", run.Attempt);
        Add(update, "@steps", run.Steps);
        Add(update, "@wake", run.WakeAt, System.Data.DbType.Int64);
        Add(update, "@pokes", progress.Pokes);
        Add(update, "@now", Now);
        Add(update, "@since", run.WaitingSince, System.Data.DbType.Int64);
        Add(update, "@deadline", run.Deadline, System.Data.DbType.Int64);
        Add(update, "@awaits", (int)run.Awaits);
        Add(update, "@signal", run.Signal, System.Data.DbType.String);
        Add(update, "@begun", run.HasBegun);
        Add(update, "@context", run.Context);
        Add(update, "@errors", run.HasErrors);
        Add(update, "@reason", run.Reason, System.Data.DbType.String);
        Add(update, "@ended", run.EndedAt, System.Data.DbType.Int64);
        Add(update, "@converted", run.ConvertedAt, System.Data.DbType.Int64);
        Add(update, "@id", run.Id);
        Add(update, "@lease", progress.Lease);
        return await update.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>What an ended run did is taken back from now on, where its steps say so.</summary>
    static async Task EndHoldsAsync(DbConnection connection, DbTransaction transaction, Guid run, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, transaction, "UPDATE automation_holds SET is_over = @yes, check_at = 0 WHERE run_id = @run");
        Add(command, "@yes", true);
        Add(command, "@run", run);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static DbCommand Command(DbConnection connection, DbTransaction transaction, string sql)
    {
        var command = connection.CreateCommand();
        (command.Transaction, command.CommandText) = (transaction, sql);
        return command;
    }

    static void Add(DbCommand command, string name, object? value, System.Data.DbType? type = null)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
        if (type is { } known)
        {
            parameter.DbType = known;
        }
        command.Parameters.Add(parameter);
    }

    /// <summary>When the next is due; null when none waits.</summary>
    public async Task<TimeSpan?> UntilNextAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var next = await database.Set<RunRow>().Where(row => row.WakeAt != null).OrderBy(row => row.WakeAt).Select(row => row.WakeAt).FirstOrDefaultAsync(cancellationToken);
        return next is { } micros ? TimeSpan.FromMicroseconds(micros - Now) : null;
    }

    /// <summary>With one data folder nobody else can hold a lease: those that are there are of a process that died.</summary>
    public async Task ReclaimAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (database is SqliteDatabase)
        {
            var now = Now;
            await database.Set<RunRow>().Where(row => row.LeaseOwner != null && row.WakeAt > now).ExecuteUpdateAsync(set => set.SetProperty(row => row.WakeAt, now), cancellationToken);
        }
    }
}
