using MudBlazor;
using Prickle.Accounts;
using Prickle.Annotations;
using Prickle.Cohorts;
using Prickle.Dashboards.Adding;
using Prickle.Dashboards.Annotating;
using Prickle.Dashboards.Api;
using Prickle.Dashboards.Gallery;
using Prickle.Dashboards.Picturing;
using Prickle.Dashboards.Sharing;
using Prickle.Dashboards.Storage;
using Prickle.Insights;
using Prickle.Pictures;
using Prickle.Shell;

namespace Prickle.Dashboards;

/// <summary>Pages of tiles: insights, texts and links beside each other, with filters over all of them.</summary>
public static class DashboardsModule
{
    public static IServiceCollection AddDashboards(this IServiceCollection services)
    {
        services.AddSingleton<DashboardBook>();
        services.AddSingleton<DashboardAnswers>();
        services.AddSingleton<DashboardSharing>();
        services.AddSingleton<SharedDashboards>();
        services.AddSingleton<SharedSqlAnswers>();
        services.AddSingleton<IDashboardSide, ShareSide>();
        services.AddSingleton<IDashboardSide, AnnotationSide>();
        services.AddSingleton<TileCards>();
        services.AddSingleton<DashboardExports.Export>();
        services.AddSingleton(all => new DashboardPictures(all.GetRequiredService<TileCards>(), all.GetRequiredService<PicturePainter>(), all.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IDashboardStarter, BlankStarter>();
        services.AddSingleton<IInsightUses, DashboardUses>();
        services.AddSingleton<ICohortUse, DashboardCohortUses>();
        services.AddSingleton<IInsightPlaces, DashboardPlaces>();
        services.AddSingleton<IAnnotatedDashboards, AnnotatedDashboards>();
        services.AddSingleton<IProjectDeletionListener, DashboardRemoval>();
        return services.AddNavigation(new NavigationEntry(
            "Dashboards", "dashboards", Icons.Material.Outlined.Dashboard, NavigationArea.Understand, 5, "tiles overview report template", Resource.Dashboard));
    }

    /// <summary>The endpoints, on the group that <c>MapProjectApi</c> gives.</summary>
    public static void MapDashboards(this RouteGroupBuilder project)
    {
        DashboardEndpoints.Map(project);
        SharedDashboardEndpoints.MapLinks(project);
    }

    /// <summary>What those reach who have a link and nothing else.</summary>
    public static void MapSharedDashboards(this IEndpointRouteBuilder endpoints) => SharedDashboardEndpoints.Map(endpoints);
}
