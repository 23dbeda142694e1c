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
public sealed record NavigationEntry(
    string Title, string Path, string Icon, NavigationArea Area, int Order, string Keywords = "")
{
    /// <summary>The address of the page for a project; null when the page needs a project and there is none.</summary>
    public string? AddressFor(int? projectId) =>
        Path.StartsWith('/') ? Path
        : projectId is { } id ? ProjectAddress.Of(id, Path)
        : null;
}
