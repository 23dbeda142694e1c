using Prickle.Capture.Inbox;
using Prickle.ClickHouse;
using Prickle.Persons;

namespace Prickle.Capture;

/// <summary>
/// Takes entries out of the inbox, round after round, and lets none go before it is stored. While one round is stored
/// the next is prepared; when either fails, both run again one after the other, so that the order of things stays.
/// </summary>
sealed class CaptureWorker(
    DurableInbox inbox,
    CapturePipeline pipeline,
    PersonResolver persons,
    CaptureState state,
    CaptureMetrics metrics,
    TimeProvider time,
    ILogger<CaptureWorker> logger) : BackgroundService
{
    // What the bodies of a round take in memory, some four thousand ordinary events: the more, the less the store has to merge.
    // Two rounds are under way at a time, and what comes next waits beside them: see BodyRoom.
    const int RoundBytes = 11 * 1024 * 1024;

    // A round is a part in the store, which costs nearly as much for ten events as for a thousand. So what comes close
    // together waits a moment for each other, and under a steady load rounds begin this far apart or when they are full.
    static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(150);
    static readonly TimeSpan RoundInterval = TimeSpan.FromMilliseconds(1000);
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(30);
    const int TriesBeforeParting = 6;
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    long _taken;
    long _roundBegan = long.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        persons.UseNode(inbox.NodeId);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await inbox.WaitAsync(stoppingToken);
                await Task.Delay(Gather, time, stoppingToken);
                await GatherAsync(stoppingToken);
                await RunRoundsAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    // Until nothing waits.
    async Task RunRoundsAsync(CancellationToken cancellationToken)
    {
        Round? before = null;
        while (true)
        {
            if (inbox.Read(_taken, RoundBytes) is not { Count: > 0 } entries)
            {
                if (before is null)
                {
                    // Rounds of a busy time leave the copies of persons to a later one; here is none.
                    await SucceedsAsync(persons.CatchUpAsync(cancellationToken), cancellationToken);
                    return;
                }

                await EndAsync(before, cancellationToken);
                before = null;
                continue;
            }

            _taken = entries[^1].Id;
            _roundBegan = time.GetTimestamp();
            before = await OverlapAsync(before, entries, cancellationToken);
            if (entries[^1].Parsed is not null)
            {
                // What was left to disk waited long enough.
                await GatherAsync(cancellationToken);
            }
        }
    }

    /// <summary>Prepares a round while the one before it is stored; gives it back once it is being stored itself.</summary>
    async Task<Round?> OverlapAsync(Round? before, List<InboxEntry> entries, CancellationToken cancellationToken)
    {
        var batch = new CaptureBatch(entries, inbox.NodeId, entries[0].Id <= inbox.LastIdAtStart, before?.Batch.Uuids)
        {
            IsFull = entries.Sum(entry => (long)(entry.Parsed?.Size ?? entry.Request.LikelySize)) >= RoundBytes,
        };
        var isPrepared = await SucceedsAsync(pipeline.PrepareAsync(batch, cancellationToken), cancellationToken);
        var isInOrder = before is null || await EndAsync(before, cancellationToken);
        if (isPrepared && isInOrder)
        {
            return new Round(batch, SucceedsAsync(StoreAsync(batch, cancellationToken), cancellationToken));
        }

        batch.Dispose();
        await ProcessAsync(entries, isAgain: false, cancellationToken);
        return null;
    }

    /// <summary>Returns when the round is stored, be it at a later try; false when it took one.</summary>
    async Task<bool> EndAsync(Round round, CancellationToken cancellationToken)
    {
        var isStored = await round.Stored;
        round.Batch.Dispose();
        if (!isStored)
        {
            await ProcessAsync(round.Batch.Entries, isAgain: true, cancellationToken);
        }

        return isStored;
    }

    async Task StoreAsync(CaptureBatch batch, CancellationToken cancellationToken)
    {
        await pipeline.StoreAsync(batch, cancellationToken);
        inbox.Complete(batch.Entries[^1].Id, batch.Entries.Count);
        foreach (var entry in batch.Entries)
        {
            entry.Parsed?.Dispose();
        }

        metrics.EventsStored(batch.Events.Count);
        state.Flowing(time.GetUtcNow());
    }

    // Whatever fails here is tried again by itself, and then told.
    async Task<bool> SucceedsAsync(Task work, CancellationToken cancellationToken)
    {
        try
        {
            await work;
            return true;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            state.Stuck(failure.Message, time.GetUtcNow());
            return false;
        }
    }

    // One request that no round can be made of must not hold up all others for ever: it is found, and put aside on disk.
    async Task PartAsync(IReadOnlyList<InboxEntry> entries, Exception failure, CancellationToken cancellationToken)
    {
        if (entries.Count > 1)
        {
            foreach (var entry in entries)
            {
                await ProcessAsync([entry], isAgain: true, cancellationToken);
            }

            return;
        }

        logger.LogError(failure, "Request {Entry} cannot be processed and is put aside in the inbox's table quarantine", entries[0].Id);
        inbox.Quarantine(entries[0], failure.Message);
        metrics.RequestQuarantined();
        inbox.Complete(entries[0].Id, 1);
        entries[0].Parsed?.Dispose();
    }

    // What may pass by itself, however long it takes.
    static bool IsOutage(Exception failure) =>
        failure is ClickHouseUnavailableException or HttpRequestException or System.Data.Common.DbException or IOException
            or TimeoutException or OperationCanceledException
        || (failure is not InvalidDataException && failure.InnerException is { } inner && IsOutage(inner));

    async Task GatherAsync(CancellationToken cancellationToken)
    {
        while (_roundBegan != long.MinValue && inbox.Count > 0 && !inbox.Holds(RoundBytes) && time.GetElapsedTime(_roundBegan) < RoundInterval)
        {
            await Task.Delay(Look, time, cancellationToken);
        }
    }

    async Task ProcessAsync(IReadOnlyList<InboxEntry> entries, bool isAgain, CancellationToken cancellationToken)
    {
        var isRedelivery = isAgain || entries[0].Id <= inbox.LastIdAtStart;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var batch = new CaptureBatch(entries, inbox.NodeId, isRedelivery || attempt > 1);
                await pipeline.PrepareAsync(batch, cancellationToken);
                await StoreAsync(batch, cancellationToken);
                return;
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                // Nothing is taken out of the inbox: whatever it was, the round runs again.
                state.Stuck(failure.Message, time.GetUtcNow());
                if (attempt >= TriesBeforeParting && !IsOutage(failure))
                {
                    await PartAsync(entries, failure, cancellationToken);
                    return;
                }

                var pause = TimeSpan.FromMilliseconds(Math.Min(100 * Math.Pow(2, attempt), LongestPause.TotalMilliseconds));
                logger.LogWarning(failure, "Capture waits {Pause} for what it needs (try {Attempt})", pause, attempt);
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    /// <summary>A round that is being stored.</summary>
    sealed record Round(CaptureBatch Batch, Task<bool> Stored);
}
