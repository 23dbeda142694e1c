using System.Collections.Concurrent;

namespace Prickle.Definitions.Questions;

/// <summary>Answers of the store kept for a while.</summary>
sealed class Cached<TKey, TValue>(TimeProvider time, TimeSpan lifetime)
    where TKey : notnull
{
    const int MostKept = 5000;

    readonly ConcurrentDictionary<TKey, (DateTimeOffset At, TValue Value)> _kept = new();

    public async Task<TValue> GetAsync(TKey key, Func<Task<TValue>> ask)
    {
        var now = time.GetUtcNow();
        if (_kept.TryGetValue(key, out var kept) && now - kept.At < lifetime)
        {
            return kept.Value;
        }
        var value = await ask();
        if (_kept.Count >= MostKept)
        {
            _kept.Clear();
        }
        _kept[key] = (now, value);
        return value;
    }
}
