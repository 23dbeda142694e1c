using Prickle.Accounts;
using Prickle.Groups.Listing;
using Prickle.Groups.Storage;

namespace Prickle.Groups;

/// <summary>Companies, teams, workspaces: what events belong to besides a person.</summary>
public static class GroupsModule
{
    public static IServiceCollection AddGroups(this IServiceCollection services)
    {
        services.AddSingleton<GroupResolver>();
        services.AddSingleton<GroupQueries>();
        services.AddSingleton<IProjectDeletionListener, GroupRemoval>();
        return services;
    }

    public static void MapGroups(this IEndpointRouteBuilder app) => GroupEndpoints.Map(app);
}
