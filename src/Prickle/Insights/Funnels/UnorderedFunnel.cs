using System.Numerics;

namespace Prickle.Insights.Funnels;

/// <summary>
/// Steps in any order: the most distinct steps within a window. An event fills one step; which one is chosen so that the
/// most are filled, by the earliest events.
/// </summary>
sealed class UnorderedFunnel(FunnelRules rules) : IFunnelMachine
{
    readonly int[] _filledBy = new int[rules.Steps];
    readonly List<int> _inWindow = [];
    readonly ulong _exclusions = ((1UL << rules.Exclusions.Count) - 1) << rules.Steps;

    FunnelAttempt _best = Nothing(rules.Steps);
    long _bestStart;
    long _lastEntry;

    public FunnelAttempt Run(ReadOnlySpan<long> times, ReadOnlySpan<ulong> masks, EntryRange? entry = null)
    {
        (_best, _bestStart, _lastEntry) = (Nothing(rules.Steps), 0, entry?.To ?? long.MaxValue);
        var (first, excludedBefore) = (0, 0);
        for (var at = 0; at < times.Length && !(_best.Depth == rules.Steps && !_best.IsTainted); at++)
        {
            var time = times[at];
            if ((masks[at] & _exclusions) != 0 && !IsInMixedTie(at, times, masks))
            {
                Exclude(time);
                excludedBefore = at;
            }
            while (first < at && (time - times[first] > rules.Window || Fills(masks[first]) == 0 || (entry is { } from && times[first] < from.From)))
            {
                first++;
            }
            if (times[first] > _lastEntry)
            {
                break;
            }
            if (Fills(masks[at]) != 0 && times[first] >= (entry?.From ?? long.MinValue))
            {
                Look(first, at, excludedBefore, times, masks);
            }
        }
        return _best;
    }

    ulong Fills(ulong mask) => mask & rules.StepBits;

    // As with ordered steps: exclusions do not count among different events of one moment.
    static bool IsInMixedTie(int at, ReadOnlySpan<long> times, ReadOnlySpan<ulong> masks)
    {
        for (var other = at - 1; other >= 0 && times[other] == times[at]; other--)
        {
            if (masks[other] != masks[at])
            {
                return true;
            }
        }
        for (var other = at + 1; other < times.Length && times[other] == times[at]; other++)
        {
            if (masks[other] != masks[at])
            {
                return true;
            }
        }
        return false;
    }

    void Exclude(long time)
    {
        if (_best.Depth > 0 && _best.Depth < rules.Steps && time - _bestStart <= rules.Window)
        {
            _best = _best with { IsTainted = true };
        }
    }

    void Look(int first, int last, int excludedBefore, ReadOnlySpan<long> times, ReadOnlySpan<ulong> masks)
    {
        var clean = Math.Max(first, excludedBefore);
        if (_best.IsTainted)
        {
            // What began after the exclusion makes good again when it gets as far.
            Keep(clean, last, _best.Depth, isTainted: false, times, masks);
        }
        Keep(clean, last, _best.Depth + 1, isTainted: false, times, masks);
        if (clean > first)
        {
            Keep(first, last, _best.Depth + 1, isTainted: true, times, masks);
        }
    }

    void Keep(int first, int last, int least, bool isTainted, ReadOnlySpan<long> times, ReadOnlySpan<ulong> masks)
    {
        var seen = 0UL;
        for (var at = last; at >= first && BitOperations.PopCount(seen) < least; at--)
        {
            seen |= Fills(masks[at]);
        }
        if (BitOperations.PopCount(seen) < least || Fill(first, last, masks) < least || times[_inWindow[0]] > _lastEntry)
        {
            return;
        }
        int[] events = [.. _inWindow, .. Enumerable.Repeat(-1, rules.Steps - _inWindow.Count)];
        _best = new FunnelAttempt(_inWindow.Count, isTainted, events);
        _bestStart = times[_inWindow[0]];
    }

    // A matching of events and steps that is made larger event by event: those taken are the earliest that can fill so many.
    int Fill(int first, int last, ReadOnlySpan<ulong> masks)
    {
        Array.Fill(_filledBy, -1);
        _inWindow.Clear();
        for (var at = first; at <= last && _inWindow.Count < rules.Steps; at++)
        {
            var tried = 0UL;
            if (Fills(masks[at]) is not 0 and var mask && Place(at, mask, masks, ref tried))
            {
                _inWindow.Add(at);
            }
        }
        return _inWindow.Count;
    }

    // Gives the event a step, moving others to another of theirs where need be.
    bool Place(int at, ulong mask, ReadOnlySpan<ulong> masks, ref ulong tried)
    {
        for (var step = 0; step < rules.Steps; step++)
        {
            if ((mask & ~tried & (1UL << step)) == 0)
            {
                continue;
            }
            tried |= 1UL << step;
            if (_filledBy[step] < 0 || Place(_filledBy[step], Fills(masks[_filledBy[step]]), masks, ref tried))
            {
                _filledBy[step] = at;
                return true;
            }
        }
        return false;
    }

    static FunnelAttempt Nothing(int steps) => new(0, false, [.. Enumerable.Repeat(-1, steps)]);
}
