using Prickle.Insights;
using Prickle.Insights.Funnels;

namespace Prickle.Tests.Insights.Funnels;

/// <summary>
/// The rules of funnels said the slow way, for worlds of a few events: not as a state that moves on, but as what holds at a
/// place in the order of things. Used to judge the machines.
/// </summary>
sealed class FunnelReference(FunnelRules rules, long[] times, ulong[] masks)
{
    readonly List<Beat> _beats = [];
    readonly Dictionary<int, Entry?> _entries = [];

    /// <summary>Something that happens at a place: a step may be entered, an exclusion hits, or steps are cleared.</summary>
    sealed record Beat(int Event, int Step = 0, int Exclusion = -1, bool Clears = false, bool IsTied = false);

    sealed record Entry(int Place, int Step, int Event, long Start, bool IsTainted, Entry? Before)
    {
        public IEnumerable<Entry> Chain => Before is null ? [this] : Before.Chain.Append(this);
    }

    public (int Depth, bool IsTainted, int[] Events) Ordered()
    {
        LayOut();
        var entries = Enumerable.Range(0, _beats.Count).Select(EntryAt).OfType<Entry>().ToList();
        if (entries.FirstOrDefault(entry => entry.Step == rules.Steps && !entry.IsTainted) is { } done)
        {
            return (rules.Steps, false, Events(done));
        }
        if (entries.Count == 0)
        {
            return (0, false, Nothing());
        }
        var depth = entries.Max(entry => entry.Step);
        var clean = entries.FirstOrDefault(entry => entry.Step == depth && !entry.IsTainted
            && !Exclusions(entry.Place, _beats.Count).Any(hit => Hits(hit, entry)));
        return clean is null ? (depth, true, Nothing()) : (depth, false, Events(clean));
    }

    int[] Nothing() => [.. Enumerable.Repeat(-1, rules.Steps)];

    int[] Events(Entry entry)
    {
        var events = Nothing();
        foreach (var one in entry.Chain)
        {
            events[one.Step - 1] = one.Event;
        }
        return events;
    }

    void LayOut()
    {
        var isStrict = rules.Order == FunnelOrder.Strict;
        foreach (var moment in Enumerable.Range(0, times.Length).Where(at => isStrict || masks[at] != 0).GroupBy(at => times[at]))
        {
            var isMixed = moment.Select(at => masks[at]).Distinct().Count() > 1;
            if (isMixed)
            {
                _beats.AddRange(
                    from step in Enumerable.Range(1, rules.Steps)
                    from at in moment
                    where Is(at, step - 1)
                    select new Beat(at, step, IsTied: true));
                continue;
            }
            foreach (var at in moment)
            {
                _beats.AddRange(Enumerable.Range(0, rules.Exclusions.Count).Where(one => Is(at, rules.Steps + one)).Select(one => new Beat(at, Exclusion: one)));
                _beats.AddRange(Enumerable.Range(1, rules.Steps).Reverse().Where(step => Is(at, step - 1)).Select(step => new Beat(at, step)));
                if (isStrict)
                {
                    _beats.Add(new Beat(at, Clears: true));
                }
            }
        }
    }

    bool Is(int at, int bit) => (masks[at] & (1UL << bit)) != 0;

    Entry? EntryAt(int place)
    {
        if (!_entries.TryGetValue(place, out var entry))
        {
            _entries[place] = entry = _beats[place].Step == 0 ? null : Entering(place, _beats[place]);
        }
        return entry;
    }

    Entry? Entering(int place, Beat beat)
    {
        var time = times[beat.Event];
        var standing = Standing(beat.Step, place);
        if (beat.Step == 1)
        {
            return standing?.Start == time ? null : new Entry(place, 1, beat.Event, time, false, null);
        }
        Entry? before = null;
        for (var step = beat.Step - 1; step >= 1 && before is null; step--)
        {
            before = Standing(step, place) is { } found && time - found.Start <= rules.Window ? found : null;
            if (before is null && !rules.IsOptional(step - 1))
            {
                return null;
            }
        }
        if (before is null || standing?.Start == before.Start || (beat.IsTied && before.Chain.Any(one => one.Event == beat.Event)))
        {
            return null;
        }
        var isTainted = before.IsTainted || Exclusions(before.Place, place).Any(hit => Hits(hit, before) && !HasGoneOn(before, hit));
        return new Entry(place, beat.Step, beat.Event, before.Start, isTainted, before);
    }

    // Who stands at a step just before a place: the last who entered it, unless something cleared it since.
    Entry? Standing(int step, int place)
    {
        for (var at = place - 1; at >= 0; at--)
        {
            if (_beats[at].Clears && !Is(_beats[at].Event, step - 1))
            {
                return null;
            }
            if (_beats[at].Step == step && EntryAt(at) is { } entry)
            {
                return entry;
            }
        }
        return null;
    }

    IEnumerable<int> Exclusions(int after, int before) =>
        Enumerable.Range(after + 1, Math.Max(0, before - after - 1)).Where(place => _beats[place].Exclusion >= 0);

    bool Hits(int place, Entry entry)
    {
        var (from, to) = rules.Exclusions[_beats[place].Exclusion];
        return entry.Step > from && entry.Step <= to && times[_beats[place].Event] - entry.Start <= rules.Window;
    }

    bool HasGoneOn(Entry entry, int place) =>
        Enumerable.Range(entry.Step + 1, rules.Steps - entry.Step).Any(step => Standing(step, place)?.Start == entry.Start);

    /// <summary>Any order: every span of events within the window, and every way of giving its events to steps.</summary>
    public (int Depth, bool IsTainted) Unordered()
    {
        var spans = (
            from first in Enumerable.Range(0, times.Length)
            where (masks[first] & rules.StepBits) != 0
            from last in Enumerable.Range(first, times.Length - first)
            where times[last] - times[first] <= rules.Window
            select (First: first, Last: last, Steps: Most(first, last, 0))).ToList();
        if (spans.Count == 0)
        {
            return (0, false);
        }
        var depth = spans.Max(span => span.Steps);
        // What has every step is over; anything less is open for as long as its window.
        var isClean = spans.Exists(span => span.Steps == depth && !Enumerable.Range(0, times.Length).Any(at =>
            at > span.First && IsPlainExclusion(at) && (at <= span.Last || (depth < rules.Steps && times[at] - times[span.First] <= rules.Window))));
        return (depth, !isClean);
    }

    bool IsPlainExclusion(int at) => masks[at] >> rules.Steps != 0
        && Enumerable.Range(0, times.Length).Where(other => times[other] == times[at]).All(other => masks[other] == masks[at]);

    int Most(int at, int last, ulong filled) => at > last
        ? System.Numerics.BitOperations.PopCount(filled)
        : Enumerable.Range(0, rules.Steps)
            .Where(step => Is(at, step) && (filled & (1UL << step)) == 0)
            .Select(step => Most(at + 1, last, filled | (1UL << step)))
            .Append(Most(at + 1, last, filled))
            .Max();
}
