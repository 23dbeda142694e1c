using System.Threading.Channels;

namespace Prickle.Events;

/// <summary>One page's view of the <see cref="LiveFeed"/>: a queue of a fixed length.</summary>
public sealed class LiveSubscription : IDisposable
{
    /// <summary>More than a person can read; the oldest go first.</summary>
    public const int Capacity = 500;

    readonly Channel<StoredEvent> _queue;
    readonly Action<LiveSubscription> _remove;
    long _missed;

    internal LiveSubscription(int projectId, Action<LiveSubscription> remove)
    {
        ProjectId = projectId;
        _remove = remove;
        _queue = Channel.CreateBounded<StoredEvent>(
            new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _missed));
    }

    public int ProjectId { get; }

    /// <summary>How many events came faster than they were taken.</summary>
    public long Missed => Interlocked.Read(ref _missed);

    /// <summary>How many wait to be taken.</summary>
    public int Waiting => _queue.Reader.Count;

    /// <summary>Takes what has come, oldest first.</summary>
    public IReadOnlyList<StoredEvent> Take()
    {
        var taken = new List<StoredEvent>();
        while (_queue.Reader.TryRead(out var stored))
        {
            taken.Add(stored);
        }
        return taken;
    }

    internal void Offer(IReadOnlyList<StoredEvent> events)
    {
        foreach (var stored in events)
        {
            _queue.Writer.TryWrite(stored);
        }
    }

    public void Dispose()
    {
        _remove(this);
        _queue.Writer.TryComplete();
    }
}
