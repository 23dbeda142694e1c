using Microsoft.EntityFrameworkCore;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Actions.Listing;
using Prickle.Actions.Live;
using Prickle.Actions.Storage;
using Prickle.Activity;
using Prickle.Capture;
using Prickle.Shell;
using Prickle.Storage;

namespace Prickle.Actions;

/// <summary>Names for what people do: an event, a click on an element, a page; found in the past and told as it happens.</summary>
public static class ActionsModule
{
    public static IServiceCollection AddActions(this IServiceCollection services)
    {
        services.AddSingleton<ActionDirectory>();
        services.AddSingleton<IActionDirectory>(provider => provider.GetRequiredService<ActionDirectory>());
        services.AddSingleton(provider => new ActionAdministration(
            provider.GetRequiredService<IDbContextFactory<PrickleDatabase>>(), provider.GetRequiredService<ActionDirectory>(),
            provider.GetServices<IActionUse>(), provider.GetRequiredService<ActivityLog>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ActionQueries>();
        services.AddSingleton<RecentMatches>();
        services.AddSingleton<IActionListener>(provider => provider.GetRequiredService<RecentMatches>());
        services.AddSingleton<IStoredEventListener, StoredEventMatcher>();
        services.AddSingleton<IProjectDeletionListener, ActionRemoval>();
        return services.AddNavigation(new NavigationEntry(
            "Actions", "actions", Icons.Material.Outlined.AdsClick, NavigationArea.Data, 20, "click selector define event", Resource.Action));
    }

    /// <summary>The endpoints, on the group that <c>MapProjectApi</c> gives.</summary>
    public static void MapActions(this RouteGroupBuilder project) => ActionEndpoints.Map(project);
}
