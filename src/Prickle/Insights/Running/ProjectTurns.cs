using System.Collections.Concurrent;
using Prickle.Accounts;

namespace Prickle.Insights.Running;

/// <summary>How many questions of a project run at once. The others wait, but not for ever.</summary>
sealed class ProjectTurns(InsightLimits limits)
{
    readonly ConcurrentDictionary<int, SemaphoreSlim> _turns = [];

    public async Task<Outcome<T>> RunAsync<T>(int projectId, Func<Task<Outcome<T>>> run, CancellationToken cancellationToken)
    {
        var turns = _turns.GetOrAdd(projectId, _ => new SemaphoreSlim(limits.AtOnce, limits.AtOnce));
        if (!await turns.WaitAsync(limits.LongestWait, cancellationToken))
        {
            return new Refusal(RefusalReason.Throttled, "Too many questions of this project are running. Try again in a little while.");
        }
        try
        {
            return await run();
        }
        finally
        {
            turns.Release();
        }
    }
}
