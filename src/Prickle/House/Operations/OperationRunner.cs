using System.Collections.Concurrent;
using Prickle.House.Operations.Running;
using Prickle.House.Operations.Storage;
using Prickle.Servers;

namespace Prickle.House.Operations;

/// <summary>
/// Works at operations that are due: one node of the product at a time on each, kept by a lease. Whoever takes over from one that
/// died goes on from what was written down, and asks the server first what became of the statement that was on its way.
/// </summary>
sealed class OperationRunner(
    OperationTable table, ServerDirectory servers, Fleet fleet, IEnumerable<IStepWorker> workers, OperationWake wake, TimeProvider time, ILogger<OperationRunner> logger) : BackgroundService
{
    const int MostAtOnce = 8;
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);
    static readonly TimeSpan Renewal = TimeSpan.FromSeconds(5);

    readonly Guid _owner = Guid.NewGuid();
    readonly ConcurrentDictionary<Guid, Task> _working = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var isFirst = true; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                if (isFirst)
                {
                    await table.ReclaimAsync(stoppingToken);
                    isFirst = false;
                }
                await LookAsync(stoppingToken);
                await wake.WaitAsync(Beat, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                // The store is away, say: operations go on when it is back.
                logger.LogWarning(failure, "Operations could not be looked for");
                await Task.Delay(Beat, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        await Task.WhenAll(_working.Values);
    }

    async Task LookAsync(CancellationToken stoppingToken)
    {
        while (_working.Count < MostAtOnce && await table.LeaseAsync(_owner, stoppingToken) is var (lease, row))
        {
            _working[row.Id] = Task.Run(() => WorkAsync(lease, row, stoppingToken), CancellationToken.None);
        }
    }

    async Task WorkAsync(OperationLease lease, OperationRow row, CancellationToken stoppingToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var renewing = RenewAsync(lease, ending);
        try
        {
            await RunAsync(lease, row, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The product ends, or another node took over: it goes on from what is written down.
        }
        catch (StepInterruption)
        {
            // Another node took over while the end of a step was written down.
        }
        catch (Exception failure)
        {
            logger.LogError(failure, "Operation {Operation} broke", row.Id);
            await FailAsync(lease, $"Prickle made a mistake: {failure.Message}");
        }
        finally
        {
            await ending.CancelAsync();
            await renewing;
            _working.TryRemove(row.Id, out _);
            await ReleaseAsync(lease);
            wake.Up();
        }
    }

    async Task RenewAsync(OperationLease lease, CancellationTokenSource ending)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Renewal, time, ending.Token);
                if (!await table.RenewAsync(lease, ending.Token))
                {
                    await ending.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The work is over.
        }
        catch (Exception failure)
        {
            // Without the store nothing can be written down: what was begun is taken up again later.
            logger.LogWarning(failure, "The lease of an operation could not be kept");
            await ending.CancelAsync();
        }
    }

    async Task RunAsync(OperationLease lease, OperationRow row, CancellationToken cancellationToken)
    {
        if ((await servers.AllAsync(cancellationToken)).FirstOrDefault(server => server.Id == row.ServerId && server.OrganizationId == row.OrganizationId) is not { } watched)
        {
            await MoveAsync(lease, changed => (changed.State, changed.Detail) = (FailureOf(changed.State), "The server is not watched any more."), "failed", "The server is not watched any more.", cancellationToken);
            return;
        }
        var work = new Work(lease, row.ToOperation(), new OperationServer(watched, fleet), cancellationToken);
        switch (row.State)
        {
            case OperationState.RollingBack:
                await UndoAsync(work, Math.Min(row.Step, work.Operation.Definition.Steps.Count - 1));
                break;
            case OperationState.Keeping:
                await DropAsync(work);
                break;
            default:
                await GoOnAsync(work, row.Step);
                break;
        }
    }

    async Task GoOnAsync(Work work, int from)
    {
        var steps = work.Operation.Definition.Steps;
        if (!await MoveAsync(work.Lease, row => (row.State, row.Detail) = (row.State == OperationState.Queued ? OperationState.Running : row.State, null), from == 0 ? "began" : "goes on", null, work.Stopping))
        {
            return;
        }
        for (var number = from; number < steps.Count; number++)
        {
            if (steps[number] is DropStep)
            {
                await KeepAsync(work, number);
                return;
            }
            var end = await StepAsync(work, number, isUndo: false);
            switch (end)
            {
                case StepEnd.Done done:
                    if (!await MoveAsync(work.Lease, row => (row.Step, row.State) = (number + 1, OperationState.Running), "did", done.Detail, work.Stopping, number))
                    {
                        return;
                    }
                    break;
                case StepEnd.Paused paused:
                    await MoveAsync(work.Lease, row => (row.State, row.Detail, row.Wish) = (OperationState.Paused, paused.Why, OperationWish.None), "paused", paused.Why, work.Stopping, number);
                    return;
                case StepEnd.Failed failed:
                    await FailAsync(work, number, failed.Why);
                    return;
                default:
                    return;
            }
        }
        await MoveAsync(work.Lease, row => (row.State, row.EndedAt) = (OperationState.Succeeded, time.GetUtcNow()), "succeeded", null, work.Stopping);
    }

    async Task FailAsync(Work work, int number, string why)
    {
        var isUndone = work.Operation.Definition.OnFailure == OnFailure.RollBack;
        if (await MoveAsync(work.Lease, row => (row.State, row.Detail) = (isUndone ? OperationState.RollingBack : OperationState.Failed, why), "failed", why, work.Stopping, number) && isUndone)
        {
            await UndoAsync(work, number);
        }
    }

    /// <summary>The last step first; one that fails is tried again from there.</summary>
    async Task UndoAsync(Work work, int from)
    {
        for (var number = from; number >= 0; number--)
        {
            var end = await StepAsync(work, number, isUndo: true);
            switch (end)
            {
                case StepEnd.Done:
                    if (!await MoveAsync(work.Lease, row => row.Step = number, "undid", null, work.Stopping, number))
                    {
                        return;
                    }
                    break;
                case StepEnd.Paused paused:
                    await StuckAsync(work, number, paused.Why);
                    return;
                case StepEnd.Failed failed:
                    await StuckAsync(work, number, failed.Why);
                    return;
                default:
                    return;
            }
        }
        await MoveAsync(work.Lease, row => (row.State, row.EndedAt) = (OperationState.RolledBack, time.GetUtcNow()), "undone", null, work.Stopping);
    }

    Task StuckAsync(Work work, int number, string why) =>
        MoveAsync(work.Lease, row => (row.State, row.Step, row.Detail, row.Wish) = (OperationState.RollbackFailed, number, why, OperationWish.None), "stuck", why, work.Stopping, number);

    /// <summary>Everything is done but dropping what was kept.</summary>
    async Task KeepAsync(Work work, int number)
    {
        var days = work.Operation.Definition.Steps.Skip(number).OfType<DropStep>().Max(step => step.AfterDays);
        var at = time.GetUtcNow().AddDays(days);
        if (await MoveAsync(work.Lease, row => (row.State, row.DropAt, row.Step) = (OperationState.Keeping, at, number), "keeps old tables", null, work.Stopping, number) && days == 0)
        {
            await DropAsync(work);
        }
    }

    async Task DropAsync(Work work)
    {
        var steps = work.Operation.Definition.Steps;
        for (var number = 0; number < steps.Count; number++)
        {
            if (steps[number] is DropStep && await StepAsync(work, number, isUndo: false) is not StepEnd.Done and var end)
            {
                // It stays as it is and is tried again: nothing else depends on it.
                var why = end switch { StepEnd.Failed failed => failed.Why, StepEnd.Paused paused => paused.Why, _ => "" };
                await MoveAsync(work.Lease, row => (row.Detail, row.DropAt, row.Wish) = ($"The old table could not be dropped: {why}", time.GetUtcNow().AddHours(1), OperationWish.None), "could not drop", why, work.Stopping, number);
                return;
            }
        }
        await MoveAsync(work.Lease, row => (row.State, row.EndedAt, row.Step, row.Detail) = (OperationState.Succeeded, time.GetUtcNow(), steps.Count, null), "succeeded", null, work.Stopping);
    }

    async Task<StepEnd> StepAsync(Work work, int number, bool isUndo)
    {
        var step = work.Operation.Definition.Steps[number];
        var run = new StepRun(work.Operation, number, work.Server, work.Lease, table, time, work.Stopping);
        run.Take(await table.StepsAsync(work.Operation.Id, work.Stopping));
        var worker = workers.Single(worker => worker.Knows(step));
        StepEnd end;
        try
        {
            end = isUndo ? run.Rows.Any() ? await worker.UndoAsync(run, step) : new StepEnd.Done() : await worker.RunAsync(run, step);
        }
        catch (StepInterruption interruption)
        {
            end = interruption.End;
        }
        if (isUndo && end is StepEnd.Done)
        {
            foreach (var row in run.Rows.Where(row => row.State != StepState.Undone).ToList())
            {
                await run.SaveAsync(row.Node, StepState.Undone);
            }
        }
        if (end is StepEnd.Failed failed)
        {
            foreach (var row in run.Rows.Where(row => row.State is StepState.Running or StepState.Waiting or StepState.Undoing).ToList())
            {
                await run.SaveAsync(row.Node, isUndo ? StepState.UndoFailed : StepState.Failed, detail: failed.Why);
            }
        }
        return end;
    }

    Task<bool> MoveAsync(OperationLease lease, Action<OperationRow> change, string what, string? detail, CancellationToken cancellationToken, int? step = null) =>
        table.WorkAsync(lease, change, null, [new NewEvent("Prickle", what, detail, step)], cancellationToken);

    async Task FailAsync(OperationLease lease, string why)
    {
        try
        {
            await MoveAsync(lease, row => (row.State, row.Detail) = (FailureOf(row.State), why), "failed", why, CancellationToken.None);
        }
        catch (Exception failure)
        {
            logger.LogError(failure, "That an operation failed could not be written down");
        }
    }

    async Task ReleaseAsync(OperationLease lease)
    {
        try
        {
            await table.ReleaseAsync(lease, CancellationToken.None);
        }
        catch (Exception failure)
        {
            // It runs out by itself.
            logger.LogWarning(failure, "The lease of an operation could not be given back");
        }
    }

    static OperationState FailureOf(OperationState state) => state switch
    {
        OperationState.RollingBack => OperationState.RollbackFailed,
        OperationState.Keeping => OperationState.Keeping,
        OperationState.Queued => OperationState.Paused,
        _ => OperationState.Failed,
    };

    sealed record Work(OperationLease Lease, Operation Operation, OperationServer Server, CancellationToken Stopping);
}
