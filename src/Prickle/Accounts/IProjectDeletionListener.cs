namespace Prickle.Accounts;

/// <summary>
/// Removes what a module keeps for a project that was deleted. Called until it has succeeded once,
/// also after a restart, possibly by two nodes at a time: it must be idempotent.
/// </summary>
public interface IProjectDeletionListener
{
    Task DeleteAsync(int projectId, CancellationToken cancellationToken);
}
