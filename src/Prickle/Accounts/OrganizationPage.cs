using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Prickle.Accounts;

/// <summary>A page about the organization that the person works in: the current project's, or the first without one.</summary>
public abstract class OrganizationPage : ComponentBase
{
    [CascadingParameter] public required Task<AuthenticationState> Authentication { get; set; }
    [CascadingParameter] public ProjectGrant? Project { get; set; }
    [Inject] public required ProjectAccess Access { get; set; }

    /// <summary>Null until it is found, and for somebody who belongs to none.</summary>
    protected OrganizationGrant? Organization { get; private set; }

    protected bool IsReady { get; private set; }

    protected bool Allows(Resource resource, Level level) => Organization?.Allows(resource, level) == true;

    protected override async Task OnParametersSetAsync()
    {
        if (Actor.From((await Authentication).User) is { } actor && (Organization is null || IsOfAnother(Project)))
        {
            var wanted = Project is null ? ProjectAccess.Current : $"{Project.Project.OrganizationId}";
            Organization = await Access.FindOrganizationAsync(actor, wanted, CancellationToken.None);
        }
        IsReady = true;
    }

    bool IsOfAnother(ProjectGrant? project) => project is not null && project.Project.OrganizationId != Organization?.OrganizationId;
}
