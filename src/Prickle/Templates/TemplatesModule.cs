using Prickle.Accounts;
using Prickle.Dashboards;
using Prickle.Definitions;
using Prickle.Sql;
using Prickle.Templates.Api;
using Prickle.Templates.Binding;
using Prickle.Templates.Gallery;
using Prickle.Templates.Storage;

namespace Prickle.Templates;

/// <summary>Ready dashboards, with events mapped when one is made and changed later in one place.</summary>
public static class TemplatesModule
{
    public static IServiceCollection AddTemplates(this IServiceCollection services)
    {
        services.AddSingleton<TemplateBook>();
        services.AddSingleton<TemplateDashboards>();
        services.AddSingleton<TemplateSuggestions>();
        services.AddSingleton<TemplateDryRun>();
        services.AddSingleton<TemplateDownload>();
        services.AddSingleton<IDashboardStarter, TemplateStarter>();
        services.AddSingleton<IDashboardStarter, XrayStarter>();
        services.AddSingleton<IDashboardStarter, ImportStarter>();
        services.AddSingleton<IEventAct, XrayAct>();
        services.AddSingleton<IDashboardSide, TemplateSide>();
        services.AddSingleton<IDashboardSide, KeepAsTemplateSide>();
        services.AddSingleton<EventXray>();
        services.AddSingleton<TableXray>();
        services.AddSingleton<ITableAct, TableXrayAct>();
        return services.AddSingleton<IProjectDeletionListener, TemplateRemoval>();
    }

    /// <summary>The endpoints, on the group that <c>MapProjectApi</c> gives.</summary>
    public static void MapTemplates(this RouteGroupBuilder project) => TemplateEndpoints.Map(project);
}
