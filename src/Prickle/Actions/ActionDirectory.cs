using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Prickle.Actions.Storage;
using Prickle.Storage;

namespace Prickle.Actions;

/// <summary>Keeps actions in memory: read anew after a change on this node, and every few seconds for those of others.</summary>
sealed class ActionDirectory(IDbContextFactory<PrickleDatabase> databases, TimeProvider time) : IActionDirectory
{
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<int, Kept> _projects = [];

    public async Task<IReadOnlyDictionary<int, ActionDefinition>> OfProjectAsync(int projectId, CancellationToken cancellationToken)
    {
        if (_projects.TryGetValue(projectId, out var kept) && time.GetElapsedTime(kept.At) < Fresh)
        {
            return kept.Actions;
        }
        var at = time.GetTimestamp();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<ActionRow>().AsNoTracking()
            .Where(row => row.ProjectId == projectId && !row.IsDeleted).OrderBy(row => row.Id).ToListAsync(cancellationToken);
        var actions = rows.ToDictionary(row => row.Id, row => row.ToDefinition());
        _projects[projectId] = new Kept(actions, at);
        return actions;
    }

    /// <summary>The actions of the project were changed on this node.</summary>
    public void Changed(int projectId) => _projects.TryRemove(projectId, out _);

    sealed record Kept(IReadOnlyDictionary<int, ActionDefinition> Actions, long At);
}
