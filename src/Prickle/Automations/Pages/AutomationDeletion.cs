using MudBlazor;
using Prickle.Accounts;
using Prickle.Ui.Dialogs;

namespace Prickle.Automations.Pages;

/// <summary>Asks before an automation is deleted, and offers to take it back.</summary>
static class AutomationDeletion
{
    public static Task<bool> IsWantedAsync(IDialogService dialogs, string name, int running) => dialogs.ConfirmAsync(new Confirmation(
        $"Delete {name}", running == 0
            ? "It begins no more runs. Its history stays with it, and you can take the deletion back."
            : $"{(running == 1 ? "1 run that goes on is" : $"{FlowWords.Number(running)} runs that go on are")} ended, and what they were to send is not sent. Taking the deletion back does not bring them back.",
        "Delete"));

    public static void Tell(ISnackbar notices, Outcome<Automation> outcome, Func<Task> undo) => outcome.Match<object?>(
        automation => notices.Add($"{automation.Settings.Name} is deleted.", Severity.Success, options =>
        {
            options.Action = "Undo";
            options.OnClick = _ => undo();
        }),
        refusal => notices.Add(refusal.Detail, Severity.Error));
}
