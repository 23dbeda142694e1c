using Prickle.Accounts;
using Prickle.Persons.Listing;
using Prickle.Persons.Storage;

namespace Prickle.Persons;

/// <summary>Who people are: the ids that lead to them, what is known of them, and merging them.</summary>
public static class PersonsModule
{
    public static IServiceCollection AddPersons(this IServiceCollection services)
    {
        services.AddSingleton<PersonTables>();
        services.AddSingleton<PersonMirror>();
        services.AddSingleton(provider => new PersonResolver(
            provider.GetRequiredService<PersonTables>(), provider.GetRequiredService<PersonMirror>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<PersonMerging>();
        services.AddSingleton<PersonQueries>();
        services.AddSingleton<IProjectDeletionListener, PersonRemoval>();
        return services;
    }

    /// <summary>The endpoints, on the group that <c>MapProjectApi</c> gives.</summary>
    public static void MapPersons(this RouteGroupBuilder project) => PersonEndpoints.Map(project);
}
