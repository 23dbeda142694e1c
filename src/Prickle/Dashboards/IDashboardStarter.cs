using Microsoft.AspNetCore.Components;
using Prickle.Accounts;

namespace Prickle.Dashboards;

/// <summary>Ways to begin a dashboard. Every one registered adds its cards to the gallery, in the order of registration.</summary>
public interface IDashboardStarter
{
    /// <summary>The cards for a project and whoever looks.</summary>
    Task<IReadOnlyList<StarterCard>> CardsAsync(ProjectGrant grant, CancellationToken cancellationToken);
}

/// <summary>A card of the gallery.</summary>
/// <param name="Key">Its name in addresses: <c>?new=KEY</c> on the page of dashboards opens it.</param>
/// <param name="Step">What the dialog shows once the card is chosen; it makes the dashboard and says so.</param>
public sealed record StarterCard(string Key, string Name, string Description, RenderFragment<StarterStep> Step)
{
    /// <summary>Searched with the name and the description, and shown on the card.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Stands before the others.</summary>
    public bool IsFeatured { get; init; }

    /// <summary>A picture of what comes out, 16 to 9; a drawing of tiles without one.</summary>
    public RenderFragment? Picture { get; init; }
}

/// <summary>What a card's step works with.</summary>
/// <param name="OnMade">To be told the number of the new dashboard, which is then opened.</param>
/// <param name="OnBack">Back to the gallery.</param>
public sealed record StarterStep(ProjectGrant Grant, EventCallback<int> OnMade, EventCallback OnBack);
