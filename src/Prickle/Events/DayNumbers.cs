using Prickle.Ui.Charts;

namespace Prickle.Events;

/// <summary>A number of today, and what it was at this time yesterday.</summary>
public readonly record struct DayNumber(long Today, long Yesterday);

/// <summary>The numbers of the home page.</summary>
/// <param name="Hours">Events per hour of today, from midnight in the project's time zone.</param>
public sealed record DayNumbers(
    DayNumber Visitors, DayNumber Events, DayNumber Sessions, DayNumber NewPersons, IReadOnlyList<ChartPoint> Hours);
