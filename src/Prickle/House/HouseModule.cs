using MudBlazor;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Destinations;
using Prickle.House.Alerts;
using Prickle.House.Backups;
using Prickle.House.Comparing;
using Prickle.House.Console;
using Prickle.House.Health;
using Prickle.House.Operations;
using Prickle.House.Operations.Running;
using Prickle.House.Operations.Steps;
using Prickle.House.Operations.Storage;
using Prickle.House.Operations.Templates;
using Prickle.House.Overview;
using Prickle.House.Queries;
using Prickle.House.Running;
using Prickle.House.Sampling;
using Prickle.House.Storage;
using Prickle.Shell;

namespace Prickle.House;

/// <summary>House: seeing what ClickHouse servers do and hold, and managing them.</summary>
public static class HouseModule
{
    public static IServiceCollection AddHouse(this IServiceCollection services)
    {
        services.AddSingleton<SampleMemory>();
        services.AddSingleton(provider => new SampleHistory(
            provider.GetRequiredService<ClickHouseStore>(), provider.GetRequiredService<SampleMemory>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AlertBook>();
        services.AddSingleton<AlertRounds>();
        services.AddSingleton<IDestinationUse, AlertUses>();
        services.AddHostedService<HouseSampler>();
        services.AddSingleton<StorageReader>();
        services.AddSingleton<KeeperTree>();
        services.AddSingleton<RunningWatch>();
        services.AddSingleton<QueryKiller>();
        services.AddSingleton<QueryStatistics>();
        services.AddSingleton<QueryOrigins>();
        services.AddSingleton<QueryDetails>();
        services.AddSingleton<QueryPlans>();
        services.AddSingleton<QueryFlames>();
        services.AddSingleton<ConsoleHistory>();
        services.AddSingleton<OperatorConsole>();
        services.AddSingleton<ServerWords>();
        services.AddSingleton<Comparisons>();
        AddOperations(services);
        services.AddBackups();
        return services.AddNavigation(new NavigationEntry(
            "House", "/house", Icons.Material.Outlined.House, NavigationArea.Organization, 80, "clickhouse servers queries kill slow storage parts disks merges cluster backups restore", Resource.House));
    }

    static void AddOperations(IServiceCollection services)
    {
        services.AddSingleton<OperationTable>();
        services.AddSingleton<OperationPlanner>();
        services.AddSingleton<OperationTemplates>();
        services.AddSingleton<OperationBook>();
        services.AddSingleton<OperationWake>();
        services.AddHostedService<OperationRunner>();
        services.AddSingleton<IStepWorker, StatementWorker>();
        services.AddSingleton<IStepWorker, CreateWorker>();
        services.AddSingleton<IStepWorker, BackupStepWorker>();
        services.AddSingleton<IStepWorker, CopyWorker>();
        services.AddSingleton<IStepWorker, AttachWorker>();
        services.AddSingleton<IStepWorker, VerifyWorker>();
        services.AddSingleton<IStepWorker, GateWorker>();
        services.AddSingleton<IStepWorker, SwapWorker>();
        services.AddSingleton<IStepWorker, MutationWorker>();
        services.AddSingleton<IStepWorker, OptimizeWorker>();
        services.AddSingleton<IStepWorker, AssertWorker>();
        services.AddSingleton<IStepWorker, DropWorker>();
    }

    /// <summary>The endpoints, on the group that <c>MapOrganizationApi</c> gives.</summary>
    public static void MapHouse(this RouteGroupBuilder organization)
    {
        var server = organization.MapGroup("/house/servers/{server:guid}").WithTags("house");
        OverviewEndpoints.Map(server);
        RunningEndpoints.Map(server);
        QueryEndpoints.Map(server);
        ConsoleEndpoints.Map(server);
        ComparisonEndpoints.Map(server);
        StorageEndpoints.Map(server);
        HealthEndpoints.Map(server);
        AlertEndpoints.Map(server);
        OperationEndpoints.Map(server);
        BackupEndpoints.Map(server);
    }
}
