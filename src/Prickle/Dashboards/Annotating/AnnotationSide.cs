using Microsoft.AspNetCore.Components;
using MudBlazor;
using Prickle.Accounts;

namespace Prickle.Dashboards.Annotating;

/// <summary>The annotations that are kept to a dashboard, from its menu.</summary>
sealed class AnnotationSide : IDashboardSide
{
    public string Title => "Annotations";

    public string Icon => Icons.Material.Outlined.StickyNote2;

    public bool IsRare => true;

    public bool IsOffered(ProjectGrant grant, Dashboard dashboard) => grant.Allows(Resource.Annotation, Level.Read);

    public RenderFragment Panel(ProjectGrant grant, DashboardSide side) => builder =>
    {
        builder.OpenComponent<AnnotationSidePanel>(0);
        builder.AddComponentParameter(1, nameof(AnnotationSidePanel.Grant), grant);
        builder.AddComponentParameter(2, nameof(AnnotationSidePanel.Side), side);
        builder.CloseComponent();
    };
}
