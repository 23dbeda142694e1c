using Microsoft.AspNetCore.Components;
using Prickle.Accounts;

namespace Prickle.Dashboards;

/// <summary>Something to do with a whole dashboard, such as sharing it: a button in its head that opens a panel beside the page.</summary>
public interface IDashboardSide
{
    /// <summary>On the button.</summary>
    string Title { get; }

    /// <summary>The inside of a 24-unit SVG.</summary>
    string Icon { get; }

    /// <summary>Done seldom: it stands in the menu and not in the head.</summary>
    bool IsRare => false;

    /// <summary>Whether whoever looks may do it.</summary>
    bool IsOffered(ProjectGrant grant, Dashboard dashboard);

    /// <summary>The panel, a <c>SidePanel</c> of the kit.</summary>
    RenderFragment Panel(ProjectGrant grant, DashboardSide side);
}

/// <summary>What such a panel works with.</summary>
/// <param name="Filters">As they stand on the page.</param>
/// <param name="OnChanged">The dashboard is to be read again.</param>
public sealed record DashboardSide(Dashboard Dashboard, DashboardFilters Filters, EventCallback OnChanged, EventCallback OnClose);
