using MudBlazor;
using Prickle.Accounts;
using Prickle.Filters;
using Prickle.Groups.Listing;
using Prickle.Groups.Storage;
using Prickle.Shell;
using Prickle.Storage;

namespace Prickle.Groups;

/// <summary>Companies, teams, workspaces: what events belong to besides a person.</summary>
public static class GroupsModule
{
    public static IServiceCollection AddGroups(this IServiceCollection services)
    {
        services.AddSingleton<GroupResolver>();
        services.AddSingleton<IAnalyticalCopies, GroupCopies>();
        services.AddSingleton<GroupQueries>();
        services.AddSingleton<IFilterChoices, GroupChoices>();
        services.AddSingleton<IProjectDeletionListener, GroupRemoval>();
        return services.AddNavigation(new NavigationEntry(
            "Groups", "groups", Icons.Material.Outlined.Workspaces, NavigationArea.People, 20, "companies teams organizations", Resource.Group));
    }

    /// <summary>The endpoints, on the group that <c>MapProjectApi</c> gives.</summary>
    public static void MapGroups(this RouteGroupBuilder project) => GroupEndpoints.Map(project);
}
