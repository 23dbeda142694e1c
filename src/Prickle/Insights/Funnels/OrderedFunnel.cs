namespace Prickle.Insights.Funnels;

/// <summary>
/// Steps in their order; strict when nothing else may come in between. For each step it keeps the attempt that entered it
/// last; an event moves the attempt of the step before one further.
/// </summary>
sealed class OrderedFunnel : IFunnelMachine
{
    readonly FunnelRules _rules;
    readonly bool _isStrict;
    readonly Slot[] _slots;
    readonly Slot _best;
    int _depth;

    public OrderedFunnel(FunnelRules rules)
    {
        _rules = rules;
        _isStrict = rules.Order == FunnelOrder.Strict;
        // One slot a step, from 1; the first is not used, so that a step and the one before it are neighbours.
        _slots = [.. Enumerable.Range(0, rules.Steps + 1).Select(_ => new Slot(rules.Steps))];
        _best = new Slot(rules.Steps);
    }

    public FunnelAttempt Run(ReadOnlySpan<long> times, ReadOnlySpan<ulong> masks, EntryRange? entry = null)
    {
        Clear();
        for (var at = 0; at < times.Length && !IsOver;)
        {
            var end = at + 1;
            while (end < times.Length && times[end] == times[at])
            {
                end++;
            }
            // Steps that may not be entered here are as if the event did not match them.
            var allowed = entry is { } range && !range.Contains(times[at]) ? ~1UL : ~0UL;
            if (IsMixed(masks[at..end], allowed))
            {
                Tied(at, end, times[at], masks, allowed);
            }
            else
            {
                for (var index = at; index < end; index++)
                {
                    Plain(index, times[at], masks[index] & allowed);
                }
            }
            at = end;
        }
        return new FunnelAttempt(_depth, _best.IsTainted, [.. _best.Events]);
    }

    bool IsOver => _depth == _rules.Steps && !_best.IsTainted;

    void Clear()
    {
        _depth = 0;
        _best.Clear();
        foreach (var slot in _slots)
        {
            slot.Clear();
        }
    }

    // Events that match nothing play a part in strict funnels alone.
    bool IsMixed(ReadOnlySpan<ulong> masks, ulong allowed)
    {
        ulong? first = null;
        foreach (var mask in masks)
        {
            var seen = mask & allowed;
            if (seen == 0 && !_isStrict)
            {
                continue;
            }
            if (first is { } known && known != seen)
            {
                return true;
            }
            first = seen;
        }
        return false;
    }

    // Different events of one moment are taken in the order of the steps, without strictness and exclusions.
    void Tied(int from, int to, long time, ReadOnlySpan<ulong> masks, ulong allowed)
    {
        for (var step = 1; step <= _rules.Steps; step++)
        {
            for (var index = from; index < to; index++)
            {
                if ((masks[index] & allowed & Bit(step)) != 0)
                {
                    Enter(step, index, time, isTied: true);
                }
            }
        }
    }

    void Plain(int index, long time, ulong mask)
    {
        if (mask == 0 && !_isStrict)
        {
            return;
        }
        for (var exclusion = 0; exclusion < _rules.Exclusions.Count; exclusion++)
        {
            if ((mask & (1UL << (_rules.Steps + exclusion))) != 0)
            {
                Exclude(_rules.Exclusions[exclusion], time);
            }
        }
        // From the highest down: what an event enters cannot carry it a step further.
        for (var step = _rules.Steps; step >= 1; step--)
        {
            if ((mask & Bit(step)) != 0)
            {
                Enter(step, index, time, isTied: false);
            }
            else if (_isStrict)
            {
                _slots[step].Clear();
            }
        }
    }

    void Enter(int step, int index, long time, bool isTied)
    {
        var slot = _slots[step];
        if (step == 1)
        {
            if (slot.IsSet && slot.Start == time)
            {
                return;
            }
            slot.Begin(time, index);
        }
        else
        {
            if (Previous(step, time) is not { } previous || (slot.IsSet && slot.Start == previous.Start)
                || (isTied && previous.Events.Contains(index)))
            {
                return;
            }
            slot.Follow(previous, step - 1, index);
        }
        if (step > _depth || (step == _depth && _best.IsTainted && !slot.IsTainted))
        {
            _depth = step;
            _best.Copy(slot);
        }
    }

    // The attempt to go on with: of the step before, or, where that one may be skipped, of the nearest one entered.
    Slot? Previous(int step, long time)
    {
        for (var before = step - 1; before >= 1; before--)
        {
            if (_slots[before].IsSet && time - _slots[before].Start <= _rules.Window)
            {
                return _slots[before];
            }
            if (!_rules.IsOptional(before - 1))
            {
                return null;
            }
        }
        return null;
    }

    void Exclude((int From, int To) exclusion, long time)
    {
        for (var step = exclusion.From + 1; step <= exclusion.To; step++)
        {
            var slot = _slots[step];
            if (slot.IsSet && time - slot.Start <= _rules.Window && !WentFurther(step))
            {
                slot.IsTainted = true;
            }
        }
        if (_depth > exclusion.From && _depth <= exclusion.To && time - _best.Start <= _rules.Window)
        {
            _best.IsTainted = true;
        }
    }

    bool WentFurther(int step)
    {
        for (var later = step + 1; later <= _rules.Steps; later++)
        {
            if (_slots[later].IsSet && _slots[later].Start == _slots[step].Start)
            {
                return true;
            }
        }
        return false;
    }

    static ulong Bit(int step) => 1UL << (step - 1);

    // An attempt is known by the time of its first step.
    sealed class Slot(int steps)
    {
        public bool IsSet { get; private set; }
        public long Start { get; private set; }
        public bool IsTainted { get; set; }
        public int[] Events { get; } = new int[steps];

        public void Clear()
        {
            IsSet = false;
            IsTainted = false;
            Array.Fill(Events, -1);
        }

        public void Begin(long time, int index)
        {
            (IsSet, Start, IsTainted) = (true, time, false);
            Array.Fill(Events, -1);
            Events[0] = index;
        }

        public void Follow(Slot previous, int place, int index)
        {
            Copy(previous);
            Events[place] = index;
        }

        public void Copy(Slot other)
        {
            (IsSet, Start, IsTainted) = (other.IsSet, other.Start, other.IsTainted);
            other.Events.CopyTo(Events, 0);
        }
    }
}
