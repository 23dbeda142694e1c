namespace Prickle.House.Queries;

/// <summary>
/// How long statements took, in steps that any node can count and that add up over nodes: milliseconds up to a hundred,
/// beyond that steps of one per cent.
/// </summary>
public sealed class DurationHistogram
{
    const int Exact = 100;
    const double Steps = 100;

    readonly SortedDictionary<int, long> _counts = [];

    /// <summary>The step of a duration in SQL; runs on every version.</summary>
    internal const string Sql = "if(query_duration_ms < 100, toInt32(query_duration_ms), toInt32(100 + floor(log(greatest(query_duration_ms, 100) / 100) * 100)))";

    /// <summary>How many durations there are.</summary>
    public long Count { get; private set; }

    /// <summary>Steps that were met and how often, from the shortest.</summary>
    public IEnumerable<KeyValuePair<int, long>> Counts => _counts;

    /// <summary>Adds durations of a step.</summary>
    public void Add(int step, long count)
    {
        _counts[step] = _counts.GetValueOrDefault(step) + count;
        Count += count;
    }

    /// <summary>Adds what another has.</summary>
    public void Add(DurationHistogram other)
    {
        foreach (var (step, count) in other._counts)
        {
            Add(step, count);
        }
    }

    /// <summary>The duration in milliseconds that a part of all does not exceed; half a per cent off at most. 0 of none.</summary>
    public double Quantile(double part)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(part * Count));
        var seen = 0L;
        foreach (var (step, count) in _counts)
        {
            seen += count;
            if (seen >= wanted)
            {
                return Milliseconds(step);
            }
        }
        return 0;
    }

    static double Milliseconds(int step) => step < Exact ? step : Exact * Math.Exp((step - Exact + 0.5) / Steps);
}
