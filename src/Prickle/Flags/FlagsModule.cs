using Microsoft.EntityFrameworkCore;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Cohorts;
using Prickle.Flags.Listing;
using Prickle.Flags.Pages;
using Prickle.Flags.Schedule;
using Prickle.Flags.Storage;
using Prickle.Flags.Wire;
using Prickle.Groups;
using Prickle.Persons;
using Prickle.Shell;
using Prickle.Storage;

namespace Prickle.Flags;

/// <summary>What is on for whom: flags, their evaluation for SDKs, and the pages where people set them.</summary>
public static class FlagsModule
{
    public static IServiceCollection AddFlags(this IServiceCollection services)
    {
        services.AddSingleton(provider => new FlagDirectory(
            provider.GetRequiredService<IDbContextFactory<PrickleDatabase>>(), provider.GetRequiredService<CohortQueries>(),
            provider.GetRequiredService<GroupQueries>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<FlagDirectory>>()));
        services.AddSingleton<FlagQueries>();
        services.AddSingleton<FlagMembers>();
        services.AddSingleton<FlagSubjects>();
        services.AddSingleton<FlagUsage>();
        services.AddSingleton<FlagUses>();
        services.AddSingleton<IFlagUse>(provider => provider.GetRequiredService<FlagUses>());
        services.AddSingleton<ICohortUse>(provider => provider.GetRequiredService<FlagUses>());
        services.AddSingleton(provider => new FlagReach(
            provider.GetRequiredService<FlagDirectory>(), provider.GetRequiredService<FlagSubjects>(), provider.GetRequiredService<PersonQueries>(),
            provider.GetRequiredService<GroupQueries>(), provider.GetRequiredService<CohortQueries>(), provider.GetServices<IFlagChoices>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new FlagAudiences(
            provider.GetRequiredService<FlagDirectory>(), provider.GetRequiredService<FlagSubjects>()));
        services.AddSingleton(provider => new FlagAdministration(
            provider.GetRequiredService<IDbContextFactory<PrickleDatabase>>(), provider.GetRequiredService<FlagDirectory>(),
            provider.GetRequiredService<CohortQueries>(), provider.GetRequiredService<GroupQueries>(), provider.GetServices<IFlagUse>(),
            provider.GetRequiredService<ActivityLog>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<FlagScheduleWake>();
        services.AddSingleton<FlagScheduleRunner>();
        services.AddHostedService<FlagScheduleWorker>();
        services.AddSingleton(provider => new FlagSchedule(
            provider.GetRequiredService<IDbContextFactory<PrickleDatabase>>(), provider.GetRequiredService<FlagAdministration>(),
            provider.GetRequiredService<FlagScheduleWake>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<FlagsEndpoint>();
        services.AddSingleton<DefinitionsEndpoint>();
        services.AddSingleton<IProjectDeletionListener, FlagRemoval>();
        services.AddSingleton<IPersonDeletionListener, PersonKeyRemoval>();
        services.AddScoped<ICommandSource, FlagCommands>();
        return services.AddNavigation(new NavigationEntry(
            "Feature flags", "feature_flags", Icons.Material.Outlined.Flag, NavigationArea.Act, 10, "toggles rollout experiments variants remote config", Resource.FeatureFlag));
    }

    /// <summary>The endpoints of people and their programs, on the group that <c>MapProjectApi</c> gives.</summary>
    public static void MapFlags(this RouteGroupBuilder project)
    {
        FlagEndpoints.Map(project);
        FlagScheduleEndpoints.Map(project);
    }

    /// <summary>The endpoints of SDKs.</summary>
    public static void MapFlagEvaluation(this IEndpointRouteBuilder app)
    {
        app.ServiceProvider.GetRequiredService<FlagsEndpoint>().Map(app);
        app.ServiceProvider.GetRequiredService<DefinitionsEndpoint>().Map(app);
    }
}
