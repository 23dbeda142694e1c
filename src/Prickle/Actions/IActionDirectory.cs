namespace Prickle.Actions;

/// <summary>The actions of projects, as the questions and the live matcher need them.</summary>
public interface IActionDirectory
{
    /// <summary>Every action of a project that is not deleted, by id. Kept in memory; at most a few seconds old.</summary>
    Task<IReadOnlyDictionary<int, ActionDefinition>> OfProjectAsync(int projectId, CancellationToken cancellationToken);
}
