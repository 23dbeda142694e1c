namespace Prickle.House.Sampling;

/// <summary>The samples of the last hour, so that pages of now ask nobody, and are there when the analytical store is not.</summary>
sealed class SampleMemory(TimeProvider time)
{
    public static readonly TimeSpan Span = TimeSpan.FromHours(1);

    readonly Lock _lock = new();
    readonly Dictionary<Guid, Queue<Sample>> _samples = [];

    public void Add(IReadOnlyList<Sample> samples)
    {
        var oldest = time.GetUtcNow() - Span;
        lock (_lock)
        {
            foreach (var sample in samples)
            {
                if (!_samples.TryGetValue(sample.Server, out var queue))
                {
                    _samples[sample.Server] = queue = new Queue<Sample>();
                }
                queue.Enqueue(sample);
                while (queue.Peek().At < oldest)
                {
                    queue.Dequeue();
                }
            }
        }
    }

    /// <summary>Those of a server since a moment, in order.</summary>
    public IReadOnlyList<Sample> Since(Guid server, DateTimeOffset from)
    {
        lock (_lock)
        {
            return _samples.TryGetValue(server, out var queue) ? [.. queue.Where(sample => sample.At >= from)] : [];
        }
    }
}
