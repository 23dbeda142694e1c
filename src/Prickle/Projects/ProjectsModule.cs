using MudBlazor;
using Prickle.Accounts;
using Prickle.Shell;

namespace Prickle.Projects;

/// <summary>Setting a project up: connecting a product, what is kept and for how long.</summary>
public static class ProjectsModule
{
    public static IServiceCollection AddProjects(this IServiceCollection services) => services.AddNavigation(new NavigationEntry(
        "Settings", "settings", Icons.Material.Outlined.Tune, NavigationArea.Project, 10, "snippet token install sdk retention time zone", Resource.Project));
}
