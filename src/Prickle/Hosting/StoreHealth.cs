using Microsoft.EntityFrameworkCore;
using Prickle.ClickHouse;
using Prickle.ClickHouse.Supervision;
using Prickle.Storage;

namespace Prickle.Hosting;

/// <summary>
/// Whether the stores answer now. Anybody may ask: so they are asked once a second at most, and what a store says of itself stays
/// inside; the status page shows it to people who are signed in.
/// </summary>
sealed class StoreHealth(
    StoreReadiness readiness, ClickHouseStore analytical, IDbContextFactory<PrickleDatabase> databases, IServiceProvider services,
    TimeProvider time, ILogger<StoreHealth> logger) : IDisposable
{
    const string AnalyticalStore = "analytical_store";

    // A store that takes longer serves no page either.
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    /// <summary>Null when a ClickHouse server of the operator's is used.</summary>
    readonly EngineSupervisor? _engine = services.GetService<EngineSupervisor>();
    readonly SemaphoreSlim _asking = new(1, 1);
    IReadOnlyList<Away> _last = [];
    long? _lastAt;

    /// <summary>The stores that do not answer.</summary>
    public async Task<IReadOnlyList<Away>> AwayAsync(CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (_lastAt is not { } asked || time.GetElapsedTime(asked) >= Fresh)
            {
                // Whoever asked first may hang up; the others still want the answer.
                var found = await Task.WhenAll(AskAnalyticalAsync(), AskRelationalAsync());
                (_last, _lastAt) = ([.. found.OfType<Away>()], time.GetTimestamp());
            }

            return _last;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    async Task<Away?> AskAnalyticalAsync()
    {
        if (!readiness.IsReady)
        {
            return new Away(AnalyticalStore, "the analytical store is not ready");
        }

        if (_engine?.Status is { State: not EngineState.Running } engine)
        {
            return new Away(AnalyticalStore, "the engine does not run");
        }

        return await AskAsync(AnalyticalStore, "the analytical store", token => analytical.ScalarAsync("SELECT 1", null, token));
    }

    Task<Away?> AskRelationalAsync() => AskAsync("database", "the relational store", async token =>
    {
        await using var database = await databases.CreateDbContextAsync(token);
        await database.Database.ExecuteSqlRawAsync("SELECT 1", token);
    });

    async Task<Away?> AskAsync(string part, string name, Func<CancellationToken, Task> ask)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        try
        {
            await ask(deadline.Token);
            return null;
        }
        catch (OperationCanceledException)
        {
            return new Away(part, $"{name} does not answer within {Deadline.TotalSeconds:0} seconds");
        }
        catch (Exception failure)
        {
            // The edge of a check: whatever it is, the store did not answer. What it said is for the log and not for the public.
            logger.LogWarning(failure, "A check of health found that {Store} does not answer", name);
            return new Away(part, $"{name} does not answer");
        }
    }
}
