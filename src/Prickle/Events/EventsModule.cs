using MudBlazor;
using Prickle.Accounts;
using Prickle.Capture;
using Prickle.Events.Api;
using Prickle.Events.Live;
using Prickle.Shell;

namespace Prickle.Events;

/// <summary>Seeing what was captured: the home page, the live view, the list of events, and the API over them.</summary>
public static class EventsModule
{
    public static IServiceCollection AddEvents(this IServiceCollection services)
    {
        services.AddSingleton<EventQueries>();
        services.AddSingleton<LiveFeed>();
        services.AddSingleton<IStoredEventListener, LiveListener>();
        return services.AddNavigation(
            new NavigationEntry("Live events", "live", Icons.Material.Outlined.Bolt, NavigationArea.Understand, 40, "stream now activity", Resource.Event),
            new NavigationEntry("Events", "events", Icons.Material.Outlined.FormatListBulleted, NavigationArea.Understand, 50, "search explore list", Resource.Event));
    }

    /// <summary>The endpoints, on the group that <c>MapProjectApi</c> gives.</summary>
    public static void MapEvents(this RouteGroupBuilder project) => project.MapEventEndpoints();
}
