namespace Prickle.Insights.Funnels;

/// <summary>Counts what actors reached, for one breakdown value.</summary>
sealed class FunnelTally(FunnelRules rules)
{
    readonly long[] _counts = new long[rules.Steps];
    readonly List<double>[] _seconds = [.. Enumerable.Range(0, rules.Steps).Select(_ => new List<double>())];

    public void Add(FunnelAttempt attempt, long[] times)
    {
        for (var step = 0; step < rules.Steps; step++)
        {
            if (!attempt.Reached(step))
            {
                continue;
            }
            _counts[step]++;
            if (rules.RequiredBefore(step) is >= 0 and var before && !rules.IsOptional(step))
            {
                _seconds[step].Add(Seconds(attempt, times, before, step));
            }
        }
    }

    public static double Seconds(FunnelAttempt attempt, long[] times, int from, int to) =>
        (times[attempt.Events[to]] - times[attempt.Events[from]]) / 1_000_000d;

    public IReadOnlyList<FunnelStep> Steps(Func<int, string> label) => [.. Enumerable.Range(0, rules.Steps).Select(step =>
    {
        var before = rules.RequiredBefore(step);
        return new FunnelStep(
            step, label(step), _counts[step], Percent(_counts[step], _counts[0]),
            Percent(_counts[step], before < 0 ? _counts[0] : _counts[before]), Average(_seconds[step]), Median(_seconds[step]), rules.IsOptional(step));
    })];

    public static double? Percent(long part, long whole) => whole == 0 ? null : 100d * part / whole;

    public static double? Average(List<double> values) => values.Count == 0 ? null : values.Average();

    public static double? Median(List<double> values)
    {
        if (values.Count == 0)
        {
            return null;
        }
        values.Sort();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }
}

/// <summary>How long actors took from one step to another, in bins between the shortest and the longest time of all.</summary>
sealed class ConversionTally
{
    const double WidthOfOne = 60;

    readonly double _least;
    readonly double _width = WidthOfOne;
    readonly int _count;

    public ConversionTally(List<double> all, int? binCount)
    {
        if (all.Count > 0)
        {
            // No width of whole seconds needs more bins than were asked for.
            _count = binCount ?? Math.Clamp(CubeRoot(all.Count), 1, 60);
            _least = all.Min();
            _width = Math.Ceiling((all.Max() - _least) / _count) is > 0 and var width ? width : WidthOfOne;
        }
        Whole = Of(all);
    }

    public ConversionTimes Whole { get; }

    /// <summary>Some of them, in the same bins.</summary>
    public ConversionTimes Of(List<double> seconds)
    {
        var bins = new long[_count];
        foreach (var one in seconds)
        {
            bins[Math.Min(_count - 1, (int)((one - _least) / _width))]++;
        }
        return new ConversionTimes(
            [.. bins.Select((number, bin) => new ConversionBin(_least + (bin * _width), number))], _width, FunnelTally.Average(seconds), FunnelTally.Median(seconds));
    }

    // In whole numbers: the cube root of 27 is 3 and not a little more.
    static int CubeRoot(int number)
    {
        var root = (long)Math.Round(Math.Cbrt(number));
        return (int)(root * root * root < number ? root + 1 : root);
    }
}

/// <summary>Entries and conversions by interval, for one breakdown value.</summary>
sealed class TrendTally(int intervals)
{
    public long[] ReachedFrom { get; } = new long[intervals];

    public long[] ReachedTo { get; } = new long[intervals];

    public FunnelTrendSeries Series(IReadOnlyList<string>? values, int shown) => new(
        values,
        [.. ReachedFrom.Take(shown).Zip(ReachedTo, (from, to) => Math.Round(FunnelTally.Percent(to, from) ?? 0, 2, MidpointRounding.AwayFromZero))],
        [.. ReachedFrom.Take(shown)], [.. ReachedTo.Take(shown)]);
}
