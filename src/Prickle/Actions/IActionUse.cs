namespace Prickle.Actions;

/// <summary>Something that stands on an action.</summary>
/// <param name="Kind">What it is, in a word: cohort, insight.</param>
/// <param name="Address">Below the project's address.</param>
public sealed record ActionUse(string Kind, string Name, string Address);

/// <summary>Tells what of a module uses an action; each module that can registers one.</summary>
public interface IActionUse
{
    Task<IReadOnlyList<ActionUse>> OfAsync(int projectId, int actionId, CancellationToken cancellationToken);
}
