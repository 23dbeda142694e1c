using System.Diagnostics;

namespace Prickle.EndToEnd;

/// <summary>Waits for another process: asks again and again until the answer is right, or the deadline passes.</summary>
static class Eventually
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The first answer that is not null.</summary>
    /// <param name="what">What is awaited, for the message of a failure.</param>
    /// <param name="seen">What is there instead, for the same message.</param>
    public static async Task<T> GetAsync<T>(
        string what, Func<Task<T?>> ask, TimeSpan? deadline = null, Func<Task<string>>? seen = null)
        where T : class
    {
        var limit = deadline ?? TimeSpan.FromSeconds(40);
        var waited = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Pause);
        do
        {
            if (await ask() is { } answer)
            {
                return answer;
            }
        }
        while (waited.Elapsed < limit && await timer.WaitForNextTickAsync());
        throw new TimeoutException($"Waited {limit.TotalSeconds} s in vain: {what}. {(seen is null ? "" : await seen())}");
    }

    /// <summary>Returns when the condition holds.</summary>
    public static Task HoldsAsync(
        string what, Func<Task<bool>> condition, TimeSpan? deadline = null, Func<Task<string>>? seen = null) =>
        GetAsync(what, async () => await condition() ? "it holds" : null, deadline, seen);
}
