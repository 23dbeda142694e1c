using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Prickle.Sql.Running;

/// <summary>Keeps one project from taking the engine for itself: so many of its statements run at a time, others wait a while.</summary>
sealed class ProjectTurns(IOptions<SqlOptions> options)
{
    readonly ConcurrentDictionary<int, SemaphoreSlim> _turns = new();

    /// <summary>A turn, to be disposed; null when none came in time.</summary>
    public async Task<IDisposable?> TakeAsync(int projectId, CancellationToken cancellationToken)
    {
        var turns = _turns.GetOrAdd(projectId, _ => new SemaphoreSlim(options.Value.ConcurrentPerProject));
        return await turns.WaitAsync(TimeSpan.FromSeconds(options.Value.WaitSeconds), cancellationToken) ? new Turn(turns) : null;
    }

    sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        public void Dispose() => turns.Release();
    }
}
