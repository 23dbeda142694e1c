namespace Prickle.Insights.Funnels;

/// <summary>Finds what an actor reached, for each breakdown value.</summary>
sealed class FunnelReader(FunnelRules rules, FunnelSpaces spaces)
{
    readonly IFunnelMachine _machine = FunnelMachines.For(rules);

    /// <summary>The attempts that count, one for each breakdown value at most.</summary>
    public IReadOnlyList<(int Value, FunnelAttempt Attempt)> Read(FunnelRow row)
    {
        Dictionary<int, FunnelAttempt> best = [];
        foreach (var space in spaces.Of(row))
        {
            var attempt = space.InRow(_machine.Run(space.Times, space.Masks));
            if (attempt.Counts && (!best.TryGetValue(space.Value, out var known) || IsBetter(attempt, known, row)))
            {
                best[space.Value] = attempt;
            }
        }
        return [.. best.SelectMany(one => Attribute(one.Key, one.Value, row))];
    }

    /// <summary>
    /// The entries of the historical trend: for each breakdown value and each interval in which the actor took the first step,
    /// the attempt that counts.
    /// </summary>
    /// <param name="row">The actor's events.</param>
    /// <param name="starts">Where the intervals start, in microseconds, ascending.</param>
    public IReadOnlyList<(int Value, int Interval, FunnelAttempt Attempt)> ReadEntries(FunnelRow row, IReadOnlyList<long> starts)
    {
        Dictionary<(int Value, int Interval), FunnelAttempt> entries = [];
        HashSet<int> excluded = [];
        foreach (var space in spaces.Of(row))
        {
            foreach (var (interval, attempt) in Entries(space, starts))
            {
                if (attempt.IsTainted)
                {
                    excluded.Add(space.Value);
                }
                else if (attempt.Counts
                    && (!entries.TryGetValue((space.Value, interval), out var known) || IsBetter(attempt, known, row)))
                {
                    entries[(space.Value, interval)] = attempt;
                }
            }
        }
        // An excluded attempt takes the actor's other entries with it, but for those that converted.
        return [.. entries
            .Where(entry => entry.Value.Depth == rules.Steps || !excluded.Contains(entry.Key.Value))
            .SelectMany(entry => Attribute(entry.Key.Value, entry.Value, row).Select(one => (one.Value, entry.Key.Interval, one.Attempt)))];
    }

    IEnumerable<(int Interval, FunnelAttempt Attempt)> Entries(FunnelSpace space, IReadOnlyList<long> starts)
    {
        var entering = rules.Order == FunnelOrder.Unordered ? rules.StepBits : 1UL;
        var end = 0;
        for (var at = 0; at < space.Times.Length;)
        {
            if ((space.Masks[at] & entering) == 0)
            {
                at++;
                continue;
            }
            var interval = IntervalOf(space.Times[at], starts);
            var last = interval + 1 < starts.Count ? starts[interval + 1] - 1 : long.MaxValue;
            // Events of the same moment are judged together, wherever the first step stands among them.
            var first = at;
            while (first > 0 && space.Times[first - 1] == space.Times[at])
            {
                first--;
            }
            // Nothing converts an entry after its window.
            var over = last > long.MaxValue - rules.Window ? long.MaxValue : last + rules.Window;
            while (end < space.Times.Length && space.Times[end] <= over)
            {
                end++;
            }
            var attempt = _machine.Run(space.Times.AsSpan(first, end - first), space.Masks.AsSpan(first, end - first), new EntryRange(space.Times[at], last));
            yield return (interval, space.InRow(attempt, first));
            while (at < space.Times.Length && space.Times[at] <= last)
            {
                at++;
            }
        }
    }

    static int IntervalOf(long time, IReadOnlyList<long> starts)
    {
        var (low, high) = (0, starts.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = starts[middle] <= time ? (middle, high) : (low, middle - 1);
        }
        return low;
    }

    static bool IsBetter(FunnelAttempt one, FunnelAttempt other, FunnelRow row) =>
        one.Depth != other.Depth ? one.Depth > other.Depth : row.Times[one.Events[0]] < row.Times[other.Events[0]];

    // In an unordered funnel an actor counts for every value at any step of the attempt.
    static IEnumerable<(int Value, FunnelAttempt Attempt)> Attribute(int value, FunnelAttempt attempt, FunnelRow row)
    {
        if (value != FunnelSpace.OfItsEvents)
        {
            return [(value, attempt)];
        }
        var seen = attempt.Events.Where(at => at >= 0).Select(at => row.Values![at]).Distinct().Order().ToList();
        return (seen.Exists(one => one != 0) ? seen.Where(one => one != 0) : seen).Select(one => (one, attempt));
    }
}
