using System.Collections.Concurrent;

namespace Prickle.Insights.Api;

/// <summary>Queries that their senders named, so that they can stop them.</summary>
sealed class RunningQueries
{
    readonly ConcurrentDictionary<(int ProjectId, string Name), CancellationTokenSource> _running = [];

    /// <summary>Runs under a name; null where it was stopped by it.</summary>
    public async Task<T?> RunAsync<T>(int projectId, string? name, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
        where T : class
    {
        if (name is not { Length: > 0 and <= 200 })
        {
            return await run(cancellationToken);
        }
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _running[(projectId, name)] = stop;
        try
        {
            return await run(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            _running.TryRemove(new((projectId, name), stop));
        }
    }

    public bool Stop(int projectId, string name)
    {
        if (!_running.TryRemove((projectId, name), out var stop))
        {
            return false;
        }
        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended in this moment.
            return false;
        }
        return true;
    }
}
