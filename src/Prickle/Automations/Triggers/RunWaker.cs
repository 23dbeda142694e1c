using Microsoft.EntityFrameworkCore;
using Prickle.Automations.Engine;
using Prickle.Automations.Storage;
using Prickle.Capture;
using Prickle.Filters;
using Prickle.Storage;

namespace Prickle.Automations.Triggers;

/// <summary>Wakes runs that wait for what was just stored.</summary>
sealed class RunWaker(IDbContextFactory<PrickleDatabase> databases, AutomationDirectory directory, AutomationWake wake, TimeProvider time)
{
    const int Chunk = 400;

    /// <summary>Clocks of visitors are not ours: so much earlier than the run's begin an event may seem to be.</summary>
    static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    /// <param name="joined">Ids that lead to one person now.</param>
    /// <param name="awaited">Events that somebody may wait for.</param>
    /// <param name="changed">Persons of whom something may be different.</param>
    public async Task WakeAsync(
        int projectId, IReadOnlyList<(Guid Person, string[] DistinctIds)> joined, IReadOnlyList<CapturedEvent> awaited, IReadOnlySet<Guid> changed,
        CancellationToken cancellationToken)
    {
        if (joined.Count + awaited.Count + changed.Count == 0)
        {
            return;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var count = 0;
        foreach (var (person, ids) in joined)
        {
            count += await database.Set<RunRow>().Where(row => row.ProjectId == projectId && row.Awaits != RunAwaits.None && ids.Contains(row.DistinctId!) && row.PersonId != person)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.PersonId, person), cancellationToken);
            await database.Set<HoldRow>().Where(row => row.ProjectId == projectId && ids.Contains(row.DistinctId!) && row.PersonId != person)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.PersonId, person), cancellationToken);
        }
        count += await TellEventsAsync(database, projectId, awaited, cancellationToken);
        count += await TellChangesAsync(database, projectId, changed, cancellationToken);
        if (count > 0)
        {
            wake.Up();
        }
    }

    async Task<int> TellEventsAsync(PrickleDatabase database, int projectId, IReadOnlyList<CapturedEvent> awaited, CancellationToken cancellationToken)
    {
        var (count, byPerson) = (0, awaited.ToLookup(captured => captured.PersonId));
        foreach (var chunk in byPerson.Select(person => (Guid?)person.Key).Chunk(Chunk))
        {
            var waiting = await database.Set<RunRow>().AsNoTracking()
                .Where(row => row.ProjectId == projectId && chunk.Contains(row.PersonId) && row.Awaits != RunAwaits.None && row.Awaits != RunAwaits.Person)
                .Select(row => new Waiting(row.Id, row.AutomationId, row.Version, row.PersonId!.Value, row.StepId, row.WaitingSince != null, row.Awaits, row.StartedAt, row.GoalUntil, row.State))
                .ToListAsync(cancellationToken);
            if (waiting.Count == 0)
            {
                continue;
            }
            // Together: each by itself would wait for the disk, and capture waits for this.
            await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
            foreach (var run in waiting)
            {
                if (await directory.VersionAsync(run.AutomationId, run.Version, cancellationToken) is { } definition)
                {
                    count += await TellAsync(database, run, definition, byPerson[run.PersonId], cancellationToken);
                }
            }
            await transaction.CommitAsync(cancellationToken);
        }
        return count;
    }

    async Task<int> TellAsync(PrickleDatabase database, Waiting run, AutomationDefinition definition, IEnumerable<CapturedEvent> events, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var captured in events.Where(captured => captured.Timestamp >= RunTable.Moment(run.StartedAt) - Slack))
        {
            if (run.Awaits.HasFlag(RunAwaits.Goal) && definition.Goal is { } goal && goal.Event == captured.Name && Fits(goal.Filters, captured)
                && RunTable.Micros(captured.Timestamp) <= run.GoalUntil && await IsLaterAsync(database, run, captured, cancellationToken))
            {
                count += await ConvertAsync(database, run, definition, captured, cancellationToken);
            }
            if (run.Awaits.HasFlag(RunAwaits.Event) && Awaited(run, definition).FirstOrDefault(step => step.Event == captured.Name && Fits(step.EventFilters, captured)) is { } found
                && await IsLaterAsync(database, run, captured, cancellationToken))
            {
                count += await SignalAsync(database, run, RunSignal.Of(found.Id, captured), cancellationToken);
            }
        }
        return count;
    }

    /// <summary>The wait at which it is, or those that it may come to next.</summary>
    static IEnumerable<PauseUntilStep> Awaited(Waiting run, AutomationDefinition definition) =>
        !run.HasArrived ? NextWaits.From(definition, run.StepId) : definition.Find(run.StepId) is PauseUntilStep step ? [step] : [];

    /// <summary>Whether it happened after the event that began the run, which is not the one that the run waits for.</summary>
    static async Task<bool> IsLaterAsync(PrickleDatabase database, Waiting run, CapturedEvent captured, CancellationToken cancellationToken) =>
        await database.Set<RunRow>().Where(row => row.Id == run.Id).Select(row => row.Context).SingleOrDefaultAsync(cancellationToken) is { } context
        && (RunContext.Read(context).Begin is not { } begin || (begin.Uuid != captured.Uuid && captured.Timestamp >= begin.At));

    bool Fits(FilterGroup filters, CapturedEvent captured) => FilterMatcher.Matches(
        filters, new FilterSubject { Now = time.GetUtcNow(), Event = captured.Properties, ElementsChain = captured.ElementsChain });

    /// <summary>The goal is noted at once, also of runs that are over; it ends the run where its rule says so.</summary>
    async Task<int> ConvertAsync(PrickleDatabase database, Waiting run, AutomationDefinition definition, CapturedEvent captured, CancellationToken cancellationToken)
    {
        var at = RunTable.Micros(captured.Timestamp);
        var converted = await database.Set<RunRow>().Where(row => row.Id == run.Id && row.ConvertedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.ConvertedAt, at).SetProperty(row => row.Awaits, row => row.State == RunState.Running ? row.Awaits : RunAwaits.None), cancellationToken);
        return converted == 1 && definition.Exit.OnConversion && run.State == RunState.Running
            ? await SignalAsync(database, run, RunSignal.Of(null, captured), cancellationToken) : 0;
    }

    async Task<int> SignalAsync(PrickleDatabase database, Waiting run, RunSignal signal, CancellationToken cancellationToken)
    {
        var (now, text, isGoal) = (RunTable.Micros(time.GetUtcNow()), signal.Write(), signal.IsGoal);
        // A goal ends the run, whatever it was to wait for.
        return await database.Set<RunRow>().Where(row => row.Id == run.Id && row.State == RunState.Running && (isGoal || row.Signal == null)).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Signal, text).SetProperty(row => row.Pokes, row => row.Pokes + 1)
                // While somebody works on it, it is theirs; they find the poke when they save. And a delivery that is tried again later is not tried sooner.
                .SetProperty(row => row.WakeAt, row => row.LeaseOwner == null && (isGoal || row.WaitingSince != null) ? now : row.WakeAt), cancellationToken);
    }

    async Task<int> TellChangesAsync(PrickleDatabase database, int projectId, IReadOnlySet<Guid> changed, CancellationToken cancellationToken)
    {
        var (count, now, never) = (0, RunTable.Micros(time.GetUtcNow()), RunTable.Micros(DestinationDelivery.Never));
        RunAwaits[] asking = [RunAwaits.Person, RunAwaits.Person | RunAwaits.Event, RunAwaits.Person | RunAwaits.Goal, RunAwaits.Person | RunAwaits.Event | RunAwaits.Goal];
        foreach (var chunk in changed.Select(person => (Guid?)person).Chunk(Chunk))
        {
            count += await database.Set<RunRow>().Where(row => row.ProjectId == projectId && chunk.Contains(row.PersonId) && asking.Contains(row.Awaits) && row.State == RunState.Running)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.Pokes, row => row.Pokes + 1).SetProperty(row => row.WakeAt, row => row.LeaseOwner == null ? now : row.WakeAt), cancellationToken);
            count += await database.Set<HoldRow>().Where(row => row.ProjectId == projectId && chunk.Contains(row.PersonId) && row.CheckAt > now && row.CheckAt < never)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.CheckAt, now), cancellationToken);
        }
        return count;
    }

    sealed record Waiting(Guid Id, int AutomationId, int Version, Guid PersonId, string? StepId, bool HasArrived, RunAwaits Awaits, long StartedAt, long? GoalUntil, RunState State);
}
