using MudBlazor;

namespace Prickle.Ui.Dialogs;

/// <summary>A question before something that cannot simply be taken back.</summary>
/// <param name="Title">Names the thing: "Delete the project Burrow".</param>
/// <param name="Text">What happens, and what else uses the thing.</param>
/// <param name="Action">The verb on the button.</param>
/// <param name="TypeName">To be typed before the button works; null when undo exists.</param>
public sealed record Confirmation(string Title, string Text, string Action, string? TypeName = null);

/// <summary>Asks.</summary>
public static class ConfirmationExtensions
{
    /// <summary>True when the person agreed.</summary>
    public static async Task<bool> ConfirmAsync(this IDialogService dialogs, Confirmation confirmation)
    {
        var dialog = await dialogs.ShowAsync<ConfirmDialog>(confirmation.Title,
            new DialogParameters<ConfirmDialog> { { shown => shown.Confirmation, confirmation } },
            new DialogOptions { MaxWidth = MaxWidth.ExtraSmall, FullWidth = true });
        return await dialog.Result is { Canceled: false };
    }
}
