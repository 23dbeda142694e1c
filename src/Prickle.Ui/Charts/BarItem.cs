namespace Prickle.Ui.Charts;

/// <summary>A bar of a <see cref="BarList"/>.</summary>
/// <param name="Address">Where the name leads.</param>
public sealed record BarItem(string Name, long Value, string? Address = null);

/// <summary>A place on a time axis.</summary>
/// <param name="Label">Names the place: "09:00".</param>
/// <param name="Value">Null where it has not been yet.</param>
/// <param name="Previous">The same place in the period before.</param>
public sealed record ChartPoint(string Label, double? Value, double? Previous = null);
