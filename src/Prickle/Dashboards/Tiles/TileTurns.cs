namespace Prickle.Dashboards.Tiles;

/// <summary>
/// Lets tiles ask a few at a time: those that can be seen first, as people read. Nobody asks before the page said what can
/// be seen.
/// </summary>
public sealed class TileTurns(int atOnce)
{
    readonly Lock _lock = new();
    readonly List<Waiting> _waiting = [];
    IReadOnlySet<int>? _seen;
    int _running;

    /// <summary>Waits for a turn; disposing what comes back ends it.</summary>
    /// <param name="order">The tile's place in reading order.</param>
    public Task<IDisposable> TakeAsync(int tileId, int order, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(tileId, order);
        waiting.Stop = cancellationToken.Register(() =>
        {
            lock (_lock)
            {
                _waiting.Remove(waiting);
            }
            waiting.Ready.TrySetCanceled(cancellationToken);
        });
        lock (_lock)
        {
            if (!waiting.Ready.Task.IsCompleted)
            {
                _waiting.Add(waiting);
            }
        }
        GiveOut();
        return waiting.Ready.Task;
    }

    /// <summary>What can be seen now.</summary>
    public void See(IEnumerable<int> tileIds)
    {
        lock (_lock)
        {
            _seen = tileIds.ToHashSet();
        }
        GiveOut();
    }

    void GiveOut()
    {
        while (true)
        {
            Waiting next;
            lock (_lock)
            {
                if (_seen is not { } seen || _running >= atOnce
                    || _waiting.OrderBy(one => seen.Contains(one.TileId) ? 0 : 1).ThenBy(one => one.Order).FirstOrDefault() is not { } first)
                {
                    return;
                }
                _waiting.Remove(first);
                _running++;
                next = first;
            }
            next.Stop.Dispose();
            if (!next.Ready.TrySetResult(new Turn(this)))
            {
                End();
            }
        }
    }

    void End()
    {
        lock (_lock)
        {
            _running--;
        }
        GiveOut();
    }

    sealed class Waiting(int tileId, int order)
    {
        public int TileId { get; } = tileId;
        public int Order { get; } = order;
        public TaskCompletionSource<IDisposable> Ready { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public CancellationTokenRegistration Stop { get; set; }
    }

    sealed class Turn(TileTurns turns) : IDisposable
    {
        int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                turns.End();
            }
        }
    }
}
