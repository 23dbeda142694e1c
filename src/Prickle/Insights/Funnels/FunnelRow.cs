namespace Prickle.Insights.Funnels;

/// <summary>One actor's events, by time; a part each, so that a number of actors is not a number of objects.</summary>
/// <param name="Actor">Who; null where only numbers are asked for.</param>
/// <param name="Times">In microseconds.</param>
/// <param name="Masks">What each event matches: steps, then exclusions.</param>
/// <param name="Held">A number for the values of the properties held constant; null when there are none.</param>
/// <param name="Values">The index of the breakdown value; null without a breakdown.</param>
/// <param name="Sessions">Where only numbers are asked for, null.</param>
sealed record FunnelRow(string? Actor, long[] Times, ulong[] Masks, ulong[]? Held, int[]? Values, string[]? Sessions);

/// <summary>Some of an actor's events, to be read by themselves: those of one breakdown value, or with one held value.</summary>
/// <param name="Value">The index of the breakdown value that what is found counts for; <see cref="OfItsEvents"/>.</param>
/// <param name="Index">Where each event stands in the row; null when all are there.</param>
sealed record FunnelSpace(int Value, long[] Times, ulong[] Masks, int[]? Index)
{
    /// <summary>The values are those of the events that the attempt is made of.</summary>
    public const int OfItsEvents = -1;

    /// <summary>An attempt with its events as the row counts them.</summary>
    public FunnelAttempt InRow(FunnelAttempt attempt, int offset = 0) => Index is null && offset == 0
        ? attempt
        : attempt with { Events = [.. attempt.Events.Select(at => at < 0 ? -1 : Index is null ? at + offset : Index[at + offset])] };
}
