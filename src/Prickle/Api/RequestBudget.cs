namespace Prickle.Api;

/// <summary>Counts takes per key in windows that begin on the clock, and says how long to wait when a window is used up.</summary>
sealed class RequestBudget(TimeProvider time, TimeSpan length, int limit)
{
    readonly Lock _lock = new();
    readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    long _window;

    /// <summary>Null when the take is allowed, else the time until it will be.</summary>
    public TimeSpan? TryTake(string key) => Count(key, 1);

    /// <summary>As <see cref="TryTake"/>, and takes nothing: for those who pay only where they fail.</summary>
    public TimeSpan? Wait(string key) => Count(key, 0);

    TimeSpan? Count(string key, int takes)
    {
        var now = time.GetUtcNow().Ticks;
        lock (_lock)
        {
            if (now / length.Ticks != _window)
            {
                // The whole dictionary goes with its window, so it never holds more keys than asked in one.
                _window = now / length.Ticks;
                _taken.Clear();
            }
            var taken = _taken.GetValueOrDefault(key);
            if (taken >= limit)
            {
                return TimeSpan.FromTicks((_window + 1) * length.Ticks - now);
            }
            if (takes > 0)
            {
                _taken[key] = taken + takes;
            }
            return null;
        }
    }
}
