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

/// <summary>Applies the schema as soon as the store answers, and keeps trying while it does not.</summary>
sealed class StorePreparation(
    SchemaMigrations migrations, StoreReadiness readiness, ClusterLock clusterLock, TimeProvider time, ILogger<StorePreparation> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var schema = SchemaMigrations.Embedded(typeof(StorePreparation).Assembly);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using (await clusterLock.TakeAsync("clickhouse-schema", stoppingToken))
                {
                    await migrations.ApplyAsync(schema, stoppingToken);
                }

                readiness.Obstacle = null;
                readiness.Ready();
                return;
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                readiness.Obstacle = failure.Message;
                logger.LogWarning(failure, "The analytical store is not ready yet");
                await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken);
            }
        }
    }
}
