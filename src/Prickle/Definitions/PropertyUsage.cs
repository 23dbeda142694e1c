namespace Prickle.Definitions;

/// <summary>The events of a name in the last 30 days.</summary>
public sealed record EventUsage(long Count, long Persons);

/// <summary>The last 30 days of a property, or for persons and groups all of them.</summary>
/// <param name="Count">What carries it: events, persons or groups.</param>
/// <param name="Total">Of how many.</param>
/// <param name="Events">For properties of events: the events it comes with most.</param>
public sealed record PropertyUsage(long Count, long Total, IReadOnlyList<(string Event, long Count)> Events);
