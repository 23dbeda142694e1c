using Prickle.Accounts;

namespace Prickle.Shell.Commands;

/// <summary>The dialogs of the account menu, once somebody types for them.</summary>
sealed class DialogCommands(IEnumerable<AccountDialog> dialogs) : ICommandSource
{
    public Task<IReadOnlyList<Command>> FindAsync(string text, ProjectGrant? project, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Command>>(
        [
            .. dialogs.Where(dialog => text.Trim() is { Length: > 0 } wanted
                    && (dialog.Title.Contains(wanted, StringComparison.OrdinalIgnoreCase) || dialog.Keywords.Contains(wanted, StringComparison.OrdinalIgnoreCase)))
                .Select(dialog => new Command(dialog.Title, "", dialog.Icon, "Dialog", dialog.Detail) { Dialog = dialog }),
        ]);
}
