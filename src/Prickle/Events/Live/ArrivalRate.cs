namespace Prickle.Events.Live;

/// <summary>How many arrive a second, over the last ten.</summary>
sealed class ArrivalRate(TimeProvider time)
{
    static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    readonly Queue<(long At, int Count)> _arrivals = [];
    readonly long _start = time.GetTimestamp();

    public void Add(int count)
    {
        if (count > 0)
        {
            _arrivals.Enqueue((time.GetTimestamp(), count));
        }
    }

    public double PerSecond
    {
        get
        {
            while (_arrivals.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) > Window)
            {
                _arrivals.Dequeue();
            }
            // Early on there are no ten seconds to divide by.
            var seconds = Math.Clamp(time.GetElapsedTime(_start).TotalSeconds, 1, Window.TotalSeconds);
            return _arrivals.Sum(arrival => arrival.Count) / seconds;
        }
    }
}
