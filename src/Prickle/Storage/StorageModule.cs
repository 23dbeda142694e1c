using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;

namespace Prickle.Storage;

/// <summary>
/// The relational store: SQLite in the data folder, or PostgreSQL when <c>Database:Url</c> is set.
/// Inject <see cref="IDbContextFactory{TContext}"/> of <see cref="PrickleDatabase"/>. Migrations run before anything serves.
/// </summary>
public static class StorageModule
{
    public static IServiceCollection AddStorage(
        this IServiceCollection services, IConfiguration configuration, string dataFolder)
    {
        if (configuration["Database:Url"] is { Length: > 0 } url)
        {
            services.AddPooledDbContextFactory<PostgresDatabase>(options => options
                .UseNpgsql(PostgresUrl.ToConnectionString(url))
                .ConfigureWarnings(QuietExpectedWarnings));
            services.AddSingleton<IDbContextFactory<PrickleDatabase>, Factory<PostgresDatabase>>();
        }
        else
        {
            var file = Path.Combine(dataFolder, "prickle.db");
            var connection = new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 5 };
            services.AddPooledDbContextFactory<SqliteDatabase>(options => options
                .UseSqlite(connection.ConnectionString)
                .AddInterceptors(new SqliteSettings())
                .ConfigureWarnings(QuietExpectedWarnings));
            services.AddSingleton<IDbContextFactory<PrickleDatabase>, Factory<SqliteDatabase>>();
        }
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<PrickleDatabase>>().CreateDbContext());

        services.AddSingleton<PreparedReads>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ClusterLock>(provider, dataFolder));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<StorageMigration>(provider, dataFolder));
        services.AddHostedService(provider => provider.GetRequiredService<StorageMigration>());

        services.AddDataProtection().SetApplicationName("Prickle");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(options =>
            options.XmlRepository = new SyncedKeyFiles(new DirectoryInfo(Path.Combine(dataFolder, "keys")), provider.GetRequiredService<ILoggerFactory>())));
        return services;
    }

    // Refused concurrent updates and unique keys are outcomes that the callers handle; logging them as errors misleads.
    static void QuietExpectedWarnings(WarningsConfigurationBuilder warnings) =>
        warnings.Log((RelationalEventId.CommandError, LogLevel.Debug), (CoreEventId.SaveChangesFailed, LogLevel.Debug));

    /// <summary>Lets the modules ask for the one abstract context, whichever provider stands behind it.</summary>
    sealed class Factory<TDatabase>(IDbContextFactory<TDatabase> inner) : IDbContextFactory<PrickleDatabase>
        where TDatabase : PrickleDatabase
    {
        public PrickleDatabase CreateDbContext() => inner.CreateDbContext();

        public async Task<PrickleDatabase> CreateDbContextAsync(CancellationToken cancellationToken = default) =>
            await inner.CreateDbContextAsync(cancellationToken);
    }
}
