using MudBlazor;
using Prickle.Accounts;
using Prickle.Annotations.Listing;
using Prickle.Annotations.Storage;
using Prickle.Shell;

namespace Prickle.Annotations;

/// <summary>Remarks on moments: a release, a campaign, an outage; shown on charts.</summary>
public static class AnnotationsModule
{
    public static IServiceCollection AddAnnotations(this IServiceCollection services)
    {
        services.AddSingleton<AnnotationBook>();
        services.AddSingleton<IProjectDeletionListener, AnnotationRemoval>();
        return services.AddNavigation(new NavigationEntry(
            "Annotations", "annotations", Icons.Material.Outlined.StickyNote2, NavigationArea.Data, 40, "notes releases remarks charts", Resource.Annotation));
    }

    /// <summary>The endpoints, on the group that <c>MapProjectApi</c> gives.</summary>
    public static void MapAnnotations(this RouteGroupBuilder project) => AnnotationEndpoints.Map(project);
}
