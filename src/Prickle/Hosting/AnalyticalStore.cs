using Prickle.ClickHouse;
using Prickle.ClickHouse.Schema;
using Prickle.ClickHouse.Supervision;
using Prickle.Storage;

namespace Prickle.Hosting;

/// <summary>The ClickHouse behind everything: a server of the operator's, or the engine that comes with the product.</summary>
public static class AnalyticalStore
{
    public static IServiceCollection AddAnalyticalStore(this IServiceCollection services, IConfiguration configuration, string dataFolder)
    {
        if (configuration["ClickHouse:Url"] is { Length: > 0 } url)
        {
            var endpoint = ClickHouseEndpoint.Parse(url);
            services.AddSingleton(new ClickHouseStore(() => endpoint));
        }
        else
        {
            services.AddSingleton(provider => new EngineSupervisor(
                new EngineOptions { DataDirectory = Path.Combine(dataFolder, "engine") },
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<EngineSupervisor>>()));
            services.AddHostedService(provider => provider.GetRequiredService<EngineSupervisor>());
            services.AddSingleton(provider =>
            {
                var engine = provider.GetRequiredService<EngineSupervisor>();
                return new ClickHouseStore(() => new ClickHouseEndpoint(engine.Endpoint, engine.User, engine.Password, IsEmbedded: true));
            });
        }

        services.AddSingleton<SchemaMigrations>();
        services.AddSingleton<StoreReadiness>();
        services.AddSingleton<StoreHealth>();
        services.AddHostedService<StorePreparation>();
        return services;
    }
}

/// <summary>Whether the analytical store has its schema: until then capture takes events and keeps them waiting.</summary>
public sealed class StoreReadiness
{
    readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True from the moment on that queries can be asked.</summary>
    public bool IsReady => _ready.Task.IsCompletedSuccessfully;

    /// <summary>What the preparation waits for, or null.</summary>
    public string? Obstacle { get; internal set; }

    /// <summary>Ends when queries can be asked.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _ready.Task.WaitAsync(cancellationToken);

    internal void Ready() => _ready.TrySetResult();
}

/// <summary>
/// Applies the schema as soon as the store answers, and keeps trying while it does not. Afterwards it looks now and then whether
/// the schema is still there: a store that comes back empty gets it again, and what is copied into it too.
/// </summary>
sealed class StorePreparation(
    SchemaMigrations migrations, StoreReadiness readiness, IEnumerable<IAnalyticalCopies> copies, ClusterLock clusterLock,
    IServiceProvider services, TimeProvider time, ILogger<StorePreparation> logger) : BackgroundService
{
    static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(30);

    readonly SemaphoreSlim _started = new(0);

    public override void Dispose()
    {
        _started.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var schema = SchemaMigrations.Embedded(typeof(StorePreparation).Assembly);
        // Null when a ClickHouse server of the operator's is used, of whose restarts nobody tells.
        var engine = services.GetService<EngineSupervisor>();
        if (engine is not null)
        {
            engine.Changed += Look;
        }

        try
        {
            await PrepareAsync(schema, stoppingToken);
            readiness.Ready();
            while (true)
            {
                await _started.WaitAsync(BetweenLooks, stoppingToken);
                if (await IsMissingAsync(stoppingToken))
                {
                    logger.LogWarning("The analytical store is empty: it gets its tables, and copies of persons and groups, again");
                    await PrepareAsync(schema, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end of the product.
        }
        finally
        {
            if (engine is not null)
            {
                engine.Changed -= Look;
            }
        }
    }

    void Look(EngineStatus status)
    {
        if (status.State == EngineState.Running)
        {
            _started.Release();
        }
    }

    async Task<bool> IsMissingAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await migrations.IsMissingAsync(cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A store that does not answer is not an empty one; the next look may tell more.
            return false;
        }
    }

    async Task PrepareAsync(IReadOnlyList<SchemaMigration> schema, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await using (await clusterLock.TakeAsync("clickhouse-schema", cancellationToken))
                {
                    if (await migrations.ApplyAsync(schema, cancellationToken, ForgetCopiesAsync))
                    {
                        await CopyAsync(cancellationToken);
                    }
                }

                readiness.Obstacle = null;
                return;
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                readiness.Obstacle = failure.Message;
                logger.LogWarning(failure, "The analytical store is not ready yet");
                await Task.Delay(BetweenTries, time, cancellationToken);
            }
        }
    }

    async Task ForgetCopiesAsync(CancellationToken cancellationToken)
    {
        foreach (var copy in copies)
        {
            await copy.ForgetAsync(cancellationToken);
        }
    }

    // What fails here is made good by the next change of a person or group, or the next start: nothing is taken for copied.
    async Task CopyAsync(CancellationToken cancellationToken)
    {
        foreach (var copy in copies)
        {
            try
            {
                await copy.CopyAsync(cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                logger.LogWarning(failure, "{Copies} were not copied into the analytical store yet", copy.GetType().Name);
            }
        }
    }
}
