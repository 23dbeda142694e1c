namespace Prickle.ClickHouse.Supervision;

/// <summary>How long to wait before the next start: longer after each failure, short again after a healthy minute.</summary>
sealed class RestartDelay
{
    static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Healthy = TimeSpan.FromMinutes(1);

    int failures;

    /// <summary>The pause after a run that lasted <paramref name="lived"/>.</summary>
    public TimeSpan Next(TimeSpan lived)
    {
        failures = lived >= Healthy ? 0 : failures;
        var delay = Shortest * Math.Pow(2, Math.Min(failures++, 10));
        return delay < Longest ? delay : Longest;
    }
}
