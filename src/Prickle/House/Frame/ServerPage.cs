using Microsoft.AspNetCore.Components;
using Prickle.Accounts;
using Prickle.Servers;

namespace Prickle.House.Frame;

/// <summary>A page about one watched server.</summary>
public abstract class ServerPage : OrganizationPage
{
    [Parameter] public Guid Server { get; set; }
    [Inject] public required ServerDirectory Servers { get; set; }

    /// <summary>Null until it is found, and where there is none.</summary>
    protected WatchedServer? Watched { get; private set; }

    /// <summary>There is no such server, or not for this person.</summary>
    protected bool IsMissing { get; private set; }
    protected bool MayAct => Allows(Resource.House, Level.Write);

    protected override async Task OnParametersSetAsync()
    {
        await base.OnParametersSetAsync();
        if (Watched is null || Watched.Id != Server || Watched.OrganizationId != Organization?.OrganizationId)
        {
            Watched = Organization is { } organization && organization.Allows(Resource.House, Level.Read)
                ? await Servers.FindAsync(organization.OrganizationId, Server, CancellationToken.None) : null;
            IsMissing = Watched is null;
        }
    }
}
