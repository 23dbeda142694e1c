namespace Prickle.Insights.Funnels;

/// <summary>
/// The rules of a funnel as the machines read them. A step is a bit of an event's mask, from 0; exclusions have the bits
/// behind the steps, in their order.
/// </summary>
/// <param name="Steps">How many.</param>
/// <param name="Window">In microseconds, from the first step, inclusive.</param>
/// <param name="Optional">The bits of steps that may be skipped.</param>
/// <param name="Exclusions">From which step to which, from 0.</param>
sealed record FunnelRules(
    int Steps, FunnelOrder Order, long Window, ulong Optional = 0, IReadOnlyList<(int From, int To)>? Exclusions = null)
{
    public IReadOnlyList<(int From, int To)> Exclusions { get; } = Exclusions ?? [];

    /// <summary>The bits of all steps.</summary>
    public ulong StepBits => (1UL << Steps) - 1;

    public bool IsOptional(int step) => (Optional & (1UL << step)) != 0;

    /// <summary>The last step before one that cannot be skipped; -1 before the first.</summary>
    public int RequiredBefore(int step)
    {
        step--;
        while (step >= 0 && IsOptional(step))
        {
            step--;
        }
        return step;
    }
}

/// <summary>The attempt of an actor that counts: the first that reached the deepest step.</summary>
/// <param name="Depth">The deepest step, from 1; 0 when not even the first was reached.</param>
/// <param name="IsTainted">An exclusion hit it: the actor is not counted at all.</param>
/// <param name="Events">For each step the index of the event that filled it; -1 where none did.</param>
sealed record FunnelAttempt(int Depth, bool IsTainted, IReadOnlyList<int> Events)
{
    public bool Counts => Depth > 0 && !IsTainted;

    /// <summary>Whether the step (from 0) was filled, and the attempt counts.</summary>
    public bool Reached(int step) => Counts && Events[step] >= 0;
}

/// <summary>Reads the events of one actor in the order of time. Not thread-safe; used again for actor after actor.</summary>
interface IFunnelMachine
{
    /// <summary>The attempt that counts.</summary>
    /// <param name="times">In microseconds, ascending.</param>
    /// <param name="masks">What each event matches.</param>
    /// <param name="entry">Only attempts whose first step lies in here.</param>
    FunnelAttempt Run(ReadOnlySpan<long> times, ReadOnlySpan<ulong> masks, EntryRange? entry = null);
}

/// <summary>Moments in microseconds, both included.</summary>
readonly record struct EntryRange(long From, long To)
{
    public bool Contains(long time) => time >= From && time <= To;
}

static class FunnelMachines
{
    public static IFunnelMachine For(FunnelRules rules) =>
        rules.Order == FunnelOrder.Unordered ? new UnorderedFunnel(rules) : new OrderedFunnel(rules);
}
