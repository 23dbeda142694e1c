using Prickle.Capture.Inbox;
using Prickle.Capture.Writing;
using Prickle.ClickHouse;
using Prickle.Persons;

namespace Prickle.Capture;

/// <summary>
/// Takes entries out of the inbox, round after round, and lets none go before it is stored. While one round is sent the next is
/// prepared, and rounds that follow one another closely are stored as one part. When anything fails, all that is not stored yet
/// runs again, one round after the other, so that the order of things stays.
/// </summary>
sealed class CaptureWorker(
    DurableInbox inbox,
    CapturePipeline pipeline,
    EventInserter events,
    PersonResolver persons,
    CaptureState state,
    CaptureMetrics metrics,
    TimeProvider time,
    ILogger<CaptureWorker> logger) : BackgroundService
{
    // What the bodies of a round take in memory, some three thousand ordinary events.
    // Two rounds are under way at a time, and what comes next waits beside them: see BodyRoom.
    const int RoundBytes = 9 * 1024 * 1024;

    // The more events a part has, the less the store has to merge; it holds a part in memory until it ends.
    const int PartEvents = 40_000;
    static readonly TimeSpan PartInterval = TimeSpan.FromMilliseconds(2000);

    // A part costs the store nearly as much for ten events as for a thousand. So what comes close together waits a moment for
    // each other, and under a steady load rounds begin this far apart or when they are full.
    static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(150);
    static readonly TimeSpan RoundInterval = TimeSpan.FromMilliseconds(1000);
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(30);
    const int TriesBeforeParting = 6;
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    static readonly Task<bool> Done = Task.FromResult(true);

    // Up to which entry things were taken out of the inbox, and are stored.
    long _taken;
    long _completed;
    long _roundBegan = long.MinValue;

    // The part that takes rounds, the round that is on its way into it, and the part before it, which the store finishes.
    EventPart? _filling;
    Task<bool> _sending = Done;
    (EventPart Part, Task<bool> IsStored)? _finishing;

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
        while (true)
        {
            if (inbox.Read(_taken, RoundBytes) is { Count: > 0 } entries)
            {
                _taken = entries[^1].Id;
                _roundBegan = time.GetTimestamp();
                await AddAsync(entries, cancellationToken);
                if (entries[^1].Parsed is not null)
                {
                    // What was left to disk waited long enough.
                    await GatherAsync(cancellationToken);
                }
            }
            else if (_filling is not null || _finishing is not null)
            {
                // More may have come by the time that it is stored.
                await MendUnlessAsync(CloseAsync(cancellationToken), cancellationToken);
                await MendUnlessAsync(FinishedAsync(), cancellationToken);
            }
            else
            {
                // Rounds of a busy time leave the copies of persons to a later one; here is none.
                await SucceedsAsync(persons.CatchUpAsync(cancellationToken), cancellationToken);
                return;
            }
        }
    }

    /// <summary>Prepares a round while the one before it is sent, and begins to send it.</summary>
    async Task AddAsync(List<InboxEntry> entries, CancellationToken cancellationToken)
    {
        var batch = new CaptureBatch(
            entries, inbox.NodeId, entries[0].Id <= inbox.LastIdAtStart, [.. _finishing?.Part.Uuids ?? [], .. _filling?.Uuids ?? []])
        {
            IsFull = entries.Sum(entry => (long)(entry.Parsed?.Size ?? entry.Request.LikelySize)) >= RoundBytes,
        };
        if (await SucceedsAsync(pipeline.PrepareAsync(batch, cancellationToken), cancellationToken) && await _sending
            && (!IsClosedFor(batch) || await CloseAsync(cancellationToken)))
        {
            batch.Part = _filling ??= events.Open(time.GetUtcNow(), cancellationToken);
            batch.Part.Take(batch);
            _sending = SucceedsAsync(SendAsync(batch, cancellationToken), cancellationToken);
            return;
        }

        LetGo(batch);
        await MendAsync(cancellationToken);
    }

    bool IsClosedFor(CaptureBatch batch) =>
        _filling is { } part && (part.Events + batch.Events.Count > PartEvents || time.GetUtcNow() - part.OpenedAt >= PartInterval);

    async Task SendAsync(CaptureBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            await pipeline.StoreAsync(batch, cancellationToken);
            batch.Part!.AfterStored.AddRange(batch.AfterStored);
        }
        finally
        {
            LetGo(batch);
        }
    }

    /// <summary>Lets the store finish the part that is being filled, once the one before it is; false when one of them failed.</summary>
    async Task<bool> CloseAsync(CancellationToken cancellationToken)
    {
        if (!await _sending || !await FinishedAsync())
        {
            return false;
        }

        if (_filling is { } part)
        {
            _finishing = (part, SucceedsAsync(FinishAsync(part, cancellationToken), cancellationToken));
            _filling = null;
        }

        return true;
    }

    /// <summary>Waits for the part that the store finishes; false when it was not stored, or perhaps not.</summary>
    async Task<bool> FinishedAsync()
    {
        if (_finishing is { } finishing)
        {
            if (!await finishing.IsStored)
            {
                return false;
            }

            finishing.Part.Dispose();
            _finishing = null;
        }

        return true;
    }

    async Task FinishAsync(EventPart part, CancellationToken cancellationToken)
    {
        await part.EndAsync();
        await pipeline.AfterStoredAsync(part.AfterStored, cancellationToken);
        Complete(part.LastEntry, part.Requests);
        metrics.EventsStored(part.Events);
        state.Flowing(time.GetUtcNow());
    }

    async Task MendUnlessAsync(Task<bool> succeeds, CancellationToken cancellationToken)
    {
        if (!await succeeds)
        {
            await MendAsync(cancellationToken);
        }
    }

    /// <summary>Gives up what is under way, and runs every round since the last that is stored once more, from disk and one after the other.</summary>
    async Task MendAsync(CancellationToken cancellationToken)
    {
        await FinishedAsync();
        _finishing?.Part.Dispose();
        _finishing = null;
        // First given up, so that a round that is being sent notices.
        _filling?.Dispose();
        await _sending;
        (_filling, _sending) = (null, Done);
        while (inbox.ReadAgain(_completed, _taken, RoundBytes) is { Count: > 0 } entries)
        {
            await ProcessAsync(entries, isAgain: true, cancellationToken);
        }
    }

    async Task StoreAsync(CaptureBatch batch, CancellationToken cancellationToken)
    {
        await pipeline.StoreAsync(batch, cancellationToken);
        await pipeline.AfterStoredAsync(batch.AfterStored, cancellationToken);
        Complete(batch.Entries[^1].Id, batch.Entries.Count);
        metrics.EventsStored(batch.Events.Count);
        state.Flowing(time.GetUtcNow());
    }

    void Complete(long through, int requests)
    {
        _completed = through;
        inbox.Complete(through, requests);
    }

    static void LetGo(CaptureBatch batch)
    {
        batch.Dispose();
        foreach (var entry in batch.Entries)
        {
            entry.Parsed?.Dispose();
        }
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
        Complete(entries[0].Id, 1);
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
            if (_filling is not null && _sending.IsCompleted && !inbox.Holds(RoundBytes / 2))
            {
                // No round follows at once: what was sent need not wait for it to be seen.
                await MendUnlessAsync(CloseAsync(cancellationToken), cancellationToken);
            }

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
}
