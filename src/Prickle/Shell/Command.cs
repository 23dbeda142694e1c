using Prickle.Accounts;

namespace Prickle.Shell;

/// <summary>Something the command palette can reach.</summary>
/// <param name="Kind">What it is, in one word: Page, Person, Insight.</param>
public sealed record Command(string Title, string Address, string Icon, string Kind, string? Detail = null)
{
    /// <summary>Opened instead of an address.</summary>
    public AccountDialog? Dialog { get; init; }
}

/// <summary>Finds commands for the palette; modules register theirs. Slow answers are dropped when the person types on.</summary>
public interface ICommandSource
{
    /// <summary>The best few for what was typed, best first; for an empty text, those to show at once (often none).</summary>
    Task<IReadOnlyList<Command>> FindAsync(string text, ProjectGrant? project, CancellationToken cancellationToken);
}
