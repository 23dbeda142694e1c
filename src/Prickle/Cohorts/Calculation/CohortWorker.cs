using Microsoft.EntityFrameworkCore;
using Prickle.ClickHouse;
using Prickle.Cohorts.Storage;
using Prickle.Storage;

namespace Prickle.Cohorts.Calculation;

/// <summary>
/// Calculates cohorts when they are due: once a day, soon after an edit, and static ones after persons were merged.
/// One node at a time.
/// </summary>
sealed class CohortWorker(
    IDbContextFactory<PrickleDatabase> databases, CohortCalculation calculation, ClickHouseStore store, ClusterLock clusterLock, TimeProvider time,
    ILogger<CohortWorker> logger) : BackgroundService
{
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    readonly SemaphoreSlim _asked = new(0);

    // The lock among nodes is asked for again and again while it is held: within the process one waits in line.
    readonly SemaphoreSlim _turn = new(1, 1);
    string _overrides = "";

    /// <summary>Something is due now.</summary>
    public void Wake() => _asked.Release();

    /// <summary>Calculates everything that is due.</summary>
    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await RunInTurnAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    async Task RunInTurnAsync(CancellationToken cancellationToken)
    {
        await MarkMergedAsync(cancellationToken);
        var now = time.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await DueAsync(database, now, cancellationToken) is [])
        {
            return;
        }
        await using var turn = await clusterLock.TakeAsync("cohorts", cancellationToken);
        // Asked again: another node may have done them while this one waited.
        foreach (var row in InOrder(await DueAsync(database, now, cancellationToken)))
        {
            await calculation.RunAsync(row.Id, cancellationToken);
        }
    }

    static Task<List<CohortRow>> DueAsync(PrickleDatabase database, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.Set<CohortRow>().AsNoTracking().Where(row => !row.IsDeleted && row.DueAt <= now).ToListAsync(cancellationToken);

    /// <summary>A cohort that others are made of comes before them.</summary>
    static IEnumerable<CohortRow> InOrder(List<CohortRow> due)
    {
        var byId = due.ToDictionary(row => row.Id);
        var done = new HashSet<int>();
        var ordered = new List<CohortRow>();
        foreach (var row in due)
        {
            Visit(row);
        }
        return ordered;

        void Visit(CohortRow row)
        {
            if (!done.Add(row.Id))
            {
                return;
            }
            foreach (var inner in row.ToSettings().Filters.Properties.Leaves.OfType<MembershipCriterion>())
            {
                if (byId.TryGetValue(inner.CohortId, out var other))
                {
                    Visit(other);
                }
            }
            ordered.Add(row);
        }
    }

    /// <summary>Members who became part of others are other persons now: static cohorts are due when that happened.</summary>
    async Task MarkMergedAsync(CancellationToken cancellationToken)
    {
        var seen = (await store.ListAsync(
            "SELECT toString(max(version)), toString(count()) FROM person_override_rows", row => $"{row.GetString(0)} {row.GetString(1)}",
            cancellationToken: cancellationToken))[0];
        if (seen == _overrides)
        {
            return;
        }
        if (_overrides.Length > 0)
        {
            var now = time.GetUtcNow();
            await using var database = await databases.CreateDbContextAsync(cancellationToken);
            await database.Set<CohortRow>().Where(row => row.IsStatic && !row.IsDeleted && row.Count > 0)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, now), cancellationToken);
        }
        _overrides = seen;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunDueAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning("Cohorts could not be calculated; it is tried again soon: {Reason}", failure.Message);
            }
            catch (OperationCanceledException)
            {
                // The host stops.
                return;
            }
            await WaitAsync(stoppingToken);
        }
    }

    async Task WaitAsync(CancellationToken stoppingToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        await Task.WhenAny(Task.Delay(Beat, time, either.Token), _asked.WaitAsync(either.Token));
        await either.CancelAsync();
    }

    public override void Dispose()
    {
        _asked.Dispose();
        _turn.Dispose();
        base.Dispose();
    }
}
