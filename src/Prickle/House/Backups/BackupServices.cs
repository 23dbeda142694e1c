using Prickle.House.Backups.Storage;
using Prickle.House.Backups.Work;

namespace Prickle.House.Backups;

/// <summary>What backups are made of.</summary>
static class BackupServices
{
    public static void AddBackups(this IServiceCollection services)
    {
        services.AddSingleton<BackupSecrets>();
        services.AddSingleton<BackupNodes>();
        services.AddSingleton<BackupPlaces>();
        services.AddSingleton<BucketClient>();
        services.AddSingleton<BackupFiles>();
        services.AddSingleton<Fingerprints>();
        services.AddSingleton<OperationWatch>();
        services.AddSingleton<BackupStore>();
        services.AddSingleton<BackupRun>();
        services.AddSingleton<RestoreRun>();
        services.AddSingleton<BackupSchedule>();
        services.AddSingleton<BackupKeeper>();
        services.AddSingleton<BackupWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<BackupWorker>());
        services.AddSingleton<BackupTargets>();
        services.AddSingleton<BackupPlans>();
        services.AddSingleton<BackupBook>();
        services.AddSingleton<BackupOrders>();
        services.AddSingleton<BackupFreezer>();
        services.AddSingleton<BackupAge>();
    }
}
