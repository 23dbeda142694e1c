using Prickle.Capture.Inbox;
using Prickle.ClickHouse;
using Prickle.Persons;

namespace Prickle.Capture;

/// <summary>Takes entries out of the inbox, round after round, and lets none go before it is stored.</summary>
sealed class CaptureWorker(
    DurableInbox inbox,
    CapturePipeline pipeline,
    PersonResolver persons,
    CaptureState state,
    CaptureMetrics metrics,
    TimeProvider time,
    ILogger<CaptureWorker> logger) : BackgroundService
{
    // Decoded bytes of a round: some tens of thousands of ordinary events.
    const int RoundBytes = 16 * 1024 * 1024;

    // A round is a part in the store, which costs nearly as much for ten events as for a thousand. So what comes close
    // together waits a moment for each other, and under a steady load rounds begin this far apart or when they are full.
    static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(150);
    static readonly TimeSpan RoundInterval = TimeSpan.FromMilliseconds(600);
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(30);
    const int TriesBeforeParting = 6;
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    long _done;
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
                while (inbox.Read(_done, RoundBytes) is { Count: > 0 } entries)
                {
                    _roundBegan = time.GetTimestamp();
                    await ProcessAsync(entries, stoppingToken);
                    if (entries[^1].Parsed is not null)
                    {
                        // What was left to disk waited long enough.
                        await GatherAsync(stoppingToken);
                    }
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    // One request that no round can be made of must not hold up all others for ever: it is found, and put aside on disk.
    async Task PartAsync(List<InboxEntry> entries, Exception failure, CancellationToken cancellationToken)
    {
        if (entries.Count > 1)
        {
            foreach (var entry in entries)
            {
                await ProcessAsync([entry], cancellationToken);
            }

            return;
        }

        logger.LogError(failure, "Request {Entry} cannot be processed and is put aside in the inbox's table quarantine", entries[0].Id);
        inbox.Quarantine(entries[0], failure.Message);
        metrics.RequestQuarantined();
        _done = entries[0].Id;
        inbox.Complete(_done, 1);
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

    async Task ProcessAsync(List<InboxEntry> entries, CancellationToken cancellationToken)
    {
        var isRedelivery = entries[0].Id <= inbox.LastIdAtStart;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var batch = new CaptureBatch(entries, inbox.NodeId, isRedelivery || attempt > 1);
                await pipeline.RunAsync(batch, cancellationToken);
                _done = entries[^1].Id;
                inbox.Complete(_done, entries.Count);
                entries.ForEach(entry => entry.Parsed?.Dispose());
                metrics.EventsStored(batch.Events.Count);
                state.Flowing(time.GetUtcNow());
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
