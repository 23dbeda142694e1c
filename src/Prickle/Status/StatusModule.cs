using MudBlazor;
using Prickle.Shell;

namespace Prickle.Status;

/// <summary>How the installation is doing: what waits, what runs, what fills up.</summary>
public static class StatusModule
{
    public static IServiceCollection AddStatus(this IServiceCollection services)
    {
        services.AddSingleton<SystemStatus>();
        return services.AddNavigation(new NavigationEntry(
            "Status", "/status", Icons.Material.Outlined.MonitorHeart, NavigationArea.Organization, 90, "health engine inbox disk version"));
    }
}
