using Microsoft.AspNetCore.Components;
using Prickle.Accounts;
using Prickle.Dashboards;

namespace Prickle.Templates.Binding;

/// <summary>On a dashboard that comes from a template: its events in one place, and the newer version where there is one.</summary>
sealed class TemplateSide : IDashboardSide
{
    public string Title => "Events";

    public string Icon => MudBlazor.Icons.Material.Outlined.SwapHoriz;

    public bool IsOffered(ProjectGrant grant, Dashboard dashboard) => dashboard.Binding is not null && grant.Allows(Resource.Dashboard, Level.Write);

    public RenderFragment Panel(ProjectGrant grant, DashboardSide side) => builder =>
    {
        builder.OpenComponent<MappingPanel>(0);
        builder.AddComponentParameter(1, nameof(MappingPanel.Grant), grant);
        builder.AddComponentParameter(2, nameof(MappingPanel.Side), side);
        builder.CloseComponent();
    };
}

/// <summary>Keeps a dashboard as a template.</summary>
sealed class KeepAsTemplateSide : IDashboardSide
{
    public string Title => "Save as template";

    public string Icon => MudBlazor.Icons.Material.Outlined.LibraryAdd;

    public bool IsRare => true;

    public bool IsOffered(ProjectGrant grant, Dashboard dashboard) => dashboard.Tiles.Count > 0 && grant.Allows(Resource.DashboardTemplate, Level.Write);

    public RenderFragment Panel(ProjectGrant grant, DashboardSide side) => builder =>
    {
        builder.OpenComponent<KeepAsTemplatePanel>(0);
        builder.AddComponentParameter(1, nameof(KeepAsTemplatePanel.Grant), grant);
        builder.AddComponentParameter(2, nameof(KeepAsTemplatePanel.Side), side);
        builder.CloseComponent();
    };
}
