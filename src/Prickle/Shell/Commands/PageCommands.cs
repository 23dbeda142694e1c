using Prickle.Accounts;

namespace Prickle.Shell.Commands;

/// <summary>Every page of the navigation, found by the beginnings of its words.</summary>
sealed class PageCommands(IEnumerable<NavigationEntry> entries) : ICommandSource
{
    readonly NavigationEntry[] _entries = [.. entries.OrderBy(entry => entry.Area).ThenBy(entry => entry.Order)];

    public Task<IReadOnlyList<Command>> FindAsync(string text, ProjectGrant? project, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Command>>(
        [
            .. from entry in _entries
               let rank = Rank(entry, text.Trim())
               where rank > 0 && entry.AddressFor(project) is not null
               orderby rank descending
               select new Command(entry.Title, entry.AddressFor(project)!, entry.Icon, "Page"),
        ]);

    static int Rank(NavigationEntry entry, string text) =>
        text.Length == 0 ? 1
        : entry.Title.StartsWith(text, StringComparison.OrdinalIgnoreCase) ? 4
        : entry.Title.Contains(' ' + text, StringComparison.OrdinalIgnoreCase) ? 3
        : entry.Title.Contains(text, StringComparison.OrdinalIgnoreCase) ? 2
        : entry.Keywords.Contains(text, StringComparison.OrdinalIgnoreCase) ? 1
        : 0;
}
