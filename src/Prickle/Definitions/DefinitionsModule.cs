using MudBlazor;
using Prickle.Accounts;
using Prickle.Capture;
using Prickle.Definitions.Api;
using Prickle.Definitions.Recording;
using Prickle.Definitions.Storage;
using Prickle.Shell;

namespace Prickle.Definitions;

/// <summary>The names of events and properties: noted when they first come, described by people, offered where one is chosen.</summary>
public static class DefinitionsModule
{
    public static IServiceCollection AddDefinitions(this IServiceCollection services)
    {
        services.AddSingleton<EventDefinitions>();
        services.AddSingleton<PropertyDefinitions>();
        services.AddSingleton<IStoredEventListener, DefinitionRecorder>();
        services.AddSingleton<IProjectDeletionListener, DefinitionRemoval>();
        return services.AddNavigation(new NavigationEntry(
            "Data management", "data", Icons.Material.Outlined.Category, NavigationArea.Data, 10,
            "definitions taxonomy events properties schema", Resource.PropertyDefinition));
    }

    /// <summary>The endpoints, on the group that <c>MapProjectApi</c> gives.</summary>
    public static void MapDefinitions(this RouteGroupBuilder project) => DefinitionEndpoints.Map(project);
}
