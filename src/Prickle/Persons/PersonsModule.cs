using Microsoft.EntityFrameworkCore;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Persons.Listing;
using Prickle.Persons.Pages;
using Prickle.Persons.Removing;
using Prickle.Persons.Storage;
using Prickle.Shell;
using Prickle.Storage;

namespace Prickle.Persons;

/// <summary>Who people are: the ids that lead to them, what is known of them, and merging them.</summary>
public static class PersonsModule
{
    public static IServiceCollection AddPersons(this IServiceCollection services)
    {
        services.AddSingleton<PersonTables>();
        services.AddSingleton<PersonMirror>();
        services.AddSingleton<OverrideRefresh>();
        services.AddHostedService(provider => provider.GetRequiredService<OverrideRefresh>());
        services.AddSingleton(provider => new PersonResolver(
            provider.GetRequiredService<PersonTables>(), provider.GetRequiredService<PersonMirror>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IAnalyticalCopies, PersonCopies>();
        services.AddSingleton<PersonMerging>();
        services.AddSingleton<PersonRemover>();
        services.AddHostedService<PersonRemovalWorker>();
        services.AddSingleton(provider => new PersonDeletion(
            provider.GetRequiredService<IDbContextFactory<PrickleDatabase>>(), provider.GetRequiredService<PersonRemover>(),
            provider.GetRequiredService<ActivityLog>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<PersonQueries>();
        services.AddSingleton<PersonLookup>();
        services.AddSingleton<IProjectDeletionListener, PersonRemoval>();
        services.AddScoped<ICommandSource, PersonCommands>();
        return services.AddNavigation(new NavigationEntry(
            "Persons", "persons", Icons.Material.Outlined.People, NavigationArea.People, 10, "users people visitors", Resource.Person));
    }

    /// <summary>The endpoints, on the group that <c>MapProjectApi</c> gives.</summary>
    public static void MapPersons(this RouteGroupBuilder project) => PersonEndpoints.Map(project);
}
