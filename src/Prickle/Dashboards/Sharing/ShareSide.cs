using Microsoft.AspNetCore.Components;
using MudBlazor;
using Prickle.Accounts;

namespace Prickle.Dashboards.Sharing;

/// <summary>The link of a dashboard, from its head.</summary>
sealed class ShareSide : IDashboardSide
{
    public string Title => "Share";

    public string Icon => Icons.Material.Outlined.Share;

    public bool IsOffered(ProjectGrant grant, Dashboard dashboard) => dashboard.Tiles.Count > 0 && grant.Allows(Resource.Dashboard, Level.Write) && grant.Allows(Resource.Query, Level.Read);

    public RenderFragment Panel(ProjectGrant grant, DashboardSide side) => builder =>
    {
        builder.OpenComponent<ShareDashboardPanel>(0);
        builder.AddComponentParameter(1, nameof(ShareDashboardPanel.Grant), grant);
        builder.AddComponentParameter(2, nameof(ShareDashboardPanel.Side), side);
        builder.CloseComponent();
    };
}
