namespace Prickle.Capture.Inbox;

/// <summary>
/// Bounds the memory of bodies that have been read and are not stored yet. Who comes when it is full waits a moment for
/// others to leave, so that the sender is slowed to the pace of the store; after that, or while the room is closed because
/// things wait on disk, a body is left to the disk and read again when its turn comes.
/// </summary>
sealed class BodyRoom(TimeProvider time)
{
    /// <summary>Bytes, all buffers counted: what waits, and the two rounds under way.</summary>
    public const long Limit = 22L * 1024 * 1024;

    readonly Lock _lock = new();
    readonly LinkedList<Waiter> _waiters = [];
    long _used;
    bool _isClosed;

    /// <summary>A place of so many bytes, or null when there was none in time.</summary>
    public async ValueTask<Place?> EnterAsync(int size, TimeSpan patience, CancellationToken cancellationToken)
    {
        LinkedListNode<Waiter> waiting;
        lock (_lock)
        {
            if (_waiters.Count == 0 && Fits(size))
            {
                _used += size;
                return new Place(this, size);
            }

            if (patience == TimeSpan.Zero)
            {
                return null;
            }

            waiting = _waiters.AddLast(new Waiter(size));
        }

        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(waiting.Value.Entered.Task, Task.Delay(patience, time, stopped.Token));
        await stopped.CancelAsync();
        lock (_lock)
        {
            if (waiting.Value.Entered.Task.IsCompleted)
            {
                return new Place(this, size);
            }

            _waiters.Remove(waiting);
            Admit();
        }

        return null;
    }

    /// <summary>Lets nobody in: what comes now has to wait behind others that are on disk.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
        }
    }

    /// <summary>Lets in who waits, as far as there is room.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _isClosed = false;
            Admit();
        }
    }

    void Change(long bytes)
    {
        lock (_lock)
        {
            _used += bytes;
            if (bytes < 0)
            {
                Admit();
            }
        }
    }

    // In the order in which they came: a large body is not overtaken for ever by small ones.
    void Admit()
    {
        while (_waiters.First is { } first && Fits(first.Value.Size))
        {
            _used += first.Value.Size;
            _waiters.RemoveFirst();
            first.Value.Entered.SetResult();
        }
    }

    // A body larger than the room goes in alone.
    bool Fits(int size) => !_isClosed && (_used == 0 || _used + size <= Limit);

    /// <summary>Some of the room, given back when disposed.</summary>
    public sealed class Place(BodyRoom room, int size) : IDisposable
    {
        int _size = size;

        /// <summary>Now that it is known what the body takes.</summary>
        public void Resize(int size) => room.Change(size - Interlocked.Exchange(ref _size, size));

        public void Dispose() => room.Change(-Interlocked.Exchange(ref _size, 0));
    }

    sealed record Waiter(int Size)
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
