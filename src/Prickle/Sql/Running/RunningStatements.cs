using System.Collections.Concurrent;

namespace Prickle.Sql.Running;

/// <summary>The statements that this node runs now, by the names their callers gave them.</summary>
sealed class RunningStatements
{
    readonly ConcurrentDictionary<string, CancellationTokenSource> _running = new(StringComparer.Ordinal);

    /// <summary>Notes a statement until the entry is disposed; null when one of this name runs already.</summary>
    public Entry? TryAdd(string queryId, CancellationToken cancellationToken)
    {
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (_running.TryAdd(queryId, cancellation))
        {
            return new Entry(this, queryId, cancellation);
        }
        cancellation.Dispose();
        return null;
    }

    public async Task<bool> CancelAsync(string queryId)
    {
        if (!_running.TryGetValue(queryId, out var cancellation))
        {
            return false;
        }
        try
        {
            await cancellation.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It ended in this very moment.
        }
        return true;
    }

    public sealed class Entry(RunningStatements all, string queryId, CancellationTokenSource cancellation) : IDisposable
    {
        public CancellationToken Token => cancellation.Token;

        public void Dispose()
        {
            all._running.TryRemove(queryId, out _);
            cancellation.Dispose();
        }
    }
}
