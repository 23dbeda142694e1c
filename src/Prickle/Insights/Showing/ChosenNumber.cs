namespace Prickle.Insights.Showing;

/// <summary>A number of an answer that somebody wants to look behind.</summary>
/// <param name="Words">What it counts: "$pageview, 3 March 2026".</param>
/// <param name="Number">The number as it is shown, where it is a count of actors.</param>
public sealed record ChosenNumber(ActorsSelection Selection, string Words, double? Number = null);
