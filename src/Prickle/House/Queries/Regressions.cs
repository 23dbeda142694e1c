namespace Prickle.House.Queries;

/// <summary>How statements of a fingerprint did in two stretches of time.</summary>
/// <param name="Factor">By how much the middle one takes longer now: 2 is twice as long.</param>
/// <param name="Chance">How likely a difference of this size or more would be if nothing had changed: from 0 to 1.</param>
public sealed record QueryRegression(QueryStatistic Before, QueryStatistic After, double Factor, double Chance)
{
    /// <summary>What is below it is taken for real. Small, for many are compared at once.</summary>
    public const double Doubt = 0.001;

    /// <summary>Whether chance would hardly bring it about.</summary>
    public bool IsReal => Chance < Doubt;

    /// <summary>The milliseconds that it costs in the later stretch beyond what it would have before.</summary>
    public double Extra => (After.Milliseconds / After.Calls - Before.Milliseconds / Before.Calls) * After.Calls;
}

/// <summary>Finds what became slower from one stretch of time to the next.</summary>
static class Regressions
{
    // With fewer no test tells anything.
    public const int FewestCalls = 5;

    // A middle of 0 ms cannot be divided by; below a millisecond the log does not tell.
    const double Shortest = 1;

    /// <summary>What takes longer now: what is real first, then by factor.</summary>
    public static IReadOnlyList<QueryRegression> Find(IReadOnlyList<QueryStatistic> before, IReadOnlyList<QueryStatistic> after)
    {
        var earlier = before.ToDictionary(one => one.Fingerprint);
        return
        [
            .. after.Where(now => now.Durations.Count >= FewestCalls && earlier.GetValueOrDefault(now.Fingerprint) is { } then && then.Durations.Count >= FewestCalls)
                .Select(now => Compare(earlier[now.Fingerprint], now))
                .Where(found => found.Factor > 1)
                .OrderByDescending(found => found.IsReal).ThenByDescending(found => found.Factor).ThenByDescending(found => found.Extra),
        ];
    }

    static QueryRegression Compare(QueryStatistic before, QueryStatistic after) => new(
        before, after, Math.Max(Shortest, after.Quantile(0.5)) / Math.Max(Shortest, before.Quantile(0.5)), ChanceOf(before.Durations, after.Durations));

    /// <summary>
    /// The rank test of Mann and Whitney, with the normal approximation and a correction for ties: it asks nothing of how
    /// durations are spread, which is never as the bell has it.
    /// </summary>
    public static double ChanceOf(DurationHistogram one, DurationHistogram other)
    {
        double n = one.Count, m = other.Count;
        if (n == 0 || m == 0)
        {
            return 1;
        }
        var (rank, ranks, ties) = (0d, 0d, 0d);
        foreach (var (inOne, inOther) in Steps(one, other))
        {
            var together = (double)(inOne + inOther);
            ranks += inOther * (rank + (together + 1) / 2);
            ties += together * together * together - together;
            rank += together;
        }
        var u = ranks - m * (m + 1) / 2;
        var all = n + m;
        var variance = n * m / 12 * (all + 1 - ties / (all * (all - 1)));
        return variance <= 0 ? 1 : 2 * Tail(Math.Max(0, Math.Abs(u - n * m / 2) - 0.5) / Math.Sqrt(variance));
    }

    static IEnumerable<(long One, long Other)> Steps(DurationHistogram one, DurationHistogram other)
    {
        var (first, second) = (one.Counts.ToDictionary(), other.Counts.ToDictionary());
        return first.Keys.Union(second.Keys).Order().Select(step => (first.GetValueOrDefault(step), second.GetValueOrDefault(step)));
    }

    /// <summary>The part of the normal distribution beyond so many deviations (Abramowitz and Stegun 7.1.26, right to a ten-millionth).</summary>
    static double Tail(double deviations)
    {
        var x = deviations / Math.Sqrt(2);
        var t = 1 / (1 + 0.3275911 * x);
        var series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        return 0.5 * series * Math.Exp(-x * x);
    }
}
