namespace Prickle.Automations.Engine;

/// <summary>The waits for an event that a run may come to before it waits for anything else: their events are heard on the way already.</summary>
static class NextWaits
{
    /// <param name="definition">What the run is on.</param>
    /// <param name="step">Where it is, and waits not; null for its end.</param>
    public static IEnumerable<PauseUntilStep> From(AutomationDefinition definition, string? step)
    {
        if (!definition.Steps.Any(IsForEvent))
        {
            yield break;
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string?>([step]);
        while (open.TryPop(out var id))
        {
            if (definition.Find(id) is not { } next || !seen.Add(next.Id))
            {
                continue;
            }
            if (IsForEvent(next))
            {
                yield return (PauseUntilStep)next;
            }
            // A window may let it through at once.
            if (!next.Waits || next is PauseWindowStep)
            {
                foreach (var (_, target) in next.Ways)
                {
                    open.Push(target);
                }
            }
        }
    }

    public static bool Any(AutomationDefinition definition, string? step) => From(definition, step).Any();

    static bool IsForEvent(AutomationStep step) => step is PauseUntilStep { Event.Length: > 0 };
}
