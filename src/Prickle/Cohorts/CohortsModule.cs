using Microsoft.EntityFrameworkCore;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Activity;
using Prickle.ClickHouse;
using Prickle.Cohorts.Calculation;
using Prickle.Cohorts.Listing;
using Prickle.Cohorts.Storage;
using Prickle.Filters;
using Prickle.Persons;
using Prickle.Shell;
using Prickle.Storage;

namespace Prickle.Cohorts;

/// <summary>Sets of people: put together by hand, or by what they are and what they did.</summary>
public static class CohortsModule
{
    public static IServiceCollection AddCohorts(this IServiceCollection services)
    {
        services.AddSingleton<CohortVersions>();
        services.AddSingleton<CohortCalculation>();
        services.AddSingleton<StaticMembers>();
        services.AddSingleton<CohortWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<CohortWorker>());
        services.AddSingleton<CohortUses>();
        services.AddSingleton<ICohortUse>(provider => provider.GetRequiredService<CohortUses>());
        services.AddSingleton<IActionUse>(provider => provider.GetRequiredService<CohortUses>());
        services.AddSingleton(provider => new CohortAdministration(
            provider.GetRequiredService<IDbContextFactory<PrickleDatabase>>(), provider.GetRequiredService<CohortWorker>(),
            provider.GetRequiredService<CohortCalculation>(), provider.GetRequiredService<StaticMembers>(), provider.GetRequiredService<PersonLookup>(), provider.GetRequiredService<IActionDirectory>(),
            provider.GetServices<ICohortUse>(), provider.GetRequiredService<ActivityLog>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new CohortQueries(
            provider.GetRequiredService<IDbContextFactory<PrickleDatabase>>(), provider.GetRequiredService<ClickHouseStore>(),
            provider.GetRequiredService<CohortCalculation>()));
        services.AddSingleton(provider => new CohortMembership(
            provider.GetRequiredService<IDbContextFactory<PrickleDatabase>>(), provider.GetRequiredService<StaticMembers>(), provider.GetRequiredService<CohortCalculation>()));
        services.AddSingleton<ICohortDirectory>(provider => provider.GetRequiredService<CohortQueries>());
        services.AddSingleton<IFilterChoices, CohortChoices>();
        services.AddSingleton<CohortUpload>();
        services.AddSingleton<IProjectDeletionListener, CohortRemoval>();
        services.AddSingleton<IPersonDeletionListener, PersonMembershipRemoval>();
        return services.AddNavigation(new NavigationEntry(
            "Cohorts", "cohorts", Icons.Material.Outlined.Groups, NavigationArea.People, 30, "segments audience sets of people", Resource.Cohort));
    }

    /// <summary>The endpoints, on the group that <c>MapProjectApi</c> gives.</summary>
    public static void MapCohorts(this RouteGroupBuilder project) => CohortEndpoints.Map(project);
}
