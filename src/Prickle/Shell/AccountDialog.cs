using MudBlazor;
using Prickle.Accounts;

namespace Prickle.Shell;

/// <summary>
/// An entry of the menu under the account's picture, and of the command palette, that opens a dialog; registered as a
/// singleton by the module that has it.
/// </summary>
/// <param name="Detail">What is in it, for the palette.</param>
/// <param name="Component">Gets who is signed in as <c>Actor</c>, and the project of the page as <c>Project</c>, which may be null.</param>
/// <param name="Keywords">Further words by which the palette finds it.</param>
public sealed record AccountDialog(string Title, string Detail, string Icon, Type Component, string Keywords = "")
{
    internal Task OpenAsync(IDialogService dialogs, Actor actor, ProjectGrant? project) => dialogs.ShowAsync(
        Component, Title, new DialogParameters { ["Actor"] = actor, ["Project"] = project },
        new DialogOptions { CloseButton = true, MaxWidth = MaxWidth.Small, FullWidth = true });
}
