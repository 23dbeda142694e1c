using MudBlazor;
using Prickle.Accounts;
using Prickle.Sessions.Api;
using Prickle.Shell;

namespace Prickle.Sessions;

/// <summary>Sessions: what people did in one go.</summary>
public static class SessionsModule
{
    public static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.AddSingleton<SessionQueries>();
        return services.AddNavigation(new NavigationEntry(
            "Sessions", "sessions", Icons.Material.Outlined.Timeline, NavigationArea.Understand, 60, "visits", Resource.Session));
    }

    /// <summary>The endpoints, on the group that <c>MapProjectApi</c> gives.</summary>
    public static void MapSessions(this RouteGroupBuilder project) => project.MapSessionEndpoints();
}
