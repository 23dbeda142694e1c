using Prickle.Accounts;

namespace Prickle.Shell;

/// <summary>
/// A page in the navigation and in the command palette. Each module registers its own with
/// <see cref="ShellModule.AddNavigation"/>, so the shell knows no module.
/// </summary>
/// <param name="Title">As on the page: plain words, sentence case.</param>
/// <param name="Path">Below the project's address ("events"), or from the root ("/account") for pages of no project.</param>
/// <param name="Icon">One of MudBlazor's outlined icons.</param>
/// <param name="Order">Place within the area; leave gaps.</param>
/// <param name="Keywords">Further words by which the command palette finds the page.</param>
/// <param name="Needs">Shown to those who may read this; null for everybody.</param>
public sealed record NavigationEntry(
    string Title, string Path, string Icon, NavigationArea Area, int Order, string Keywords = "", Resource? Needs = null)
{
    /// <summary>The address of the page for a project; null when there is none, or the person may not see it there.</summary>
    public string? AddressFor(ProjectGrant? project) =>
        Needs is { } resource && project?.Allows(resource, Level.Read) != true ? null
        : Path.StartsWith('/') ? Path
        : project is not null ? ProjectAddress.Of(project.ProjectId, Path)
        : null;
}
