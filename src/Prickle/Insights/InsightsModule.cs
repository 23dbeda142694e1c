using MudBlazor;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Cohorts;
using Prickle.Insights.Api;
using Prickle.Insights.Browsing;
using Prickle.Insights.Funnels;
using Prickle.Insights.Lifecycle;
using Prickle.Insights.Paths;
using Prickle.Insights.Retention;
using Prickle.Insights.Running;
using Prickle.Insights.Saved;
using Prickle.Insights.Stickiness;
using Prickle.Insights.Trends;
using Prickle.Pictures;
using Prickle.Shell;
using Prickle.Sql;

namespace Prickle.Insights;

/// <summary>Questions about what was captured: their answers, and the insights that keep them.</summary>
public static class InsightsModule
{
    public static IServiceCollection AddInsights(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(configuration.GetSection("Insights").Get<InsightLimits>() ?? new InsightLimits());
        services.AddSingleton<IInsightQueries, InsightQueries>();
        services.AddSingleton<InsightQuestions>();
        services.AddSingleton<IQuestion, TrendsQuestion>();
        services.AddSingleton<IQuestion, FunnelsQuestion>();
        services.AddSingleton<IQuestion, RetentionQuestion>();
        services.AddSingleton<IQuestion, StickinessQuestion>();
        services.AddSingleton<IQuestion, LifecycleQuestion>();
        services.AddSingleton<IQuestion, PathsQuestion>();
        services.AddSingleton<RunningQueries>();
        services.AddSingleton<NamedThings>();
        services.AddSingleton<ISqlFilterReader, SqlFilterReading>();
        services.AddSingleton<SavedInsights>();
        services.AddSingleton<ISqlInsights, SqlInsights>();
        services.AddSingleton<InsightNames>();
        services.AddSingleton<SharedInsights>();
        services.AddSingleton<InsightUses>();
        services.AddSingleton<IActionUse>(provider => provider.GetRequiredService<InsightUses>());
        services.AddSingleton<ICohortUse>(provider => provider.GetRequiredService<InsightUses>());
        services.AddSingleton<PicturePainter>();
        services.AddSingleton<PictureExports>();
        services.AddSingleton<InsightPictures>();
        services.AddSingleton<IProjectDeletionListener, InsightRemoval>();
        services.AddHomePart<HomeInsights>(Resource.Insight);
        return services.AddNavigation(new NavigationEntry(
            "Insights", "insights", Icons.Material.Outlined.Insights, NavigationArea.Understand, 10,
            "trends funnel retention paths stickiness lifecycle question chart", Resource.Insight));
    }

    /// <summary>The endpoints, on the group that <c>MapProjectApi</c> gives.</summary>
    public static void MapInsights(this RouteGroupBuilder project)
    {
        QueryEndpoints.Map(project);
        InsightEndpoints.Map(project);
    }

    /// <summary>What anybody may read who has the link.</summary>
    public static void MapSharedInsights(this IEndpointRouteBuilder endpoints) => SharedEndpoints.Map(endpoints);
}
