using Microsoft.AspNetCore.Components;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Dashboards;

namespace Prickle.Subscriptions.Panel;

/// <summary>A dashboard by mail or to Slack, from its head.</summary>
sealed class SubscribeSide : IDashboardSide
{
    public string Title => "Send by e-mail or Slack";

    public string Icon => Icons.Material.Outlined.Mail;

    public bool IsRare => true;

    public bool IsOffered(ProjectGrant grant, Dashboard dashboard) => dashboard.Tiles.Count > 0 && grant.Allows(Resource.Subscription, Level.Read);

    public RenderFragment Panel(ProjectGrant grant, DashboardSide side) => builder =>
    {
        builder.OpenComponent<SubscriptionsPanel>(0);
        builder.AddComponentParameter(1, nameof(SubscriptionsPanel.Grant), grant);
        builder.AddComponentParameter(2, nameof(SubscriptionsPanel.Side), side);
        builder.CloseComponent();
    };
}
