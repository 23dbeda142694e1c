namespace Prickle.Benchmarks.Reporting;

/// <summary>One figure of a run.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Ceiling">What the same machine did at best in the same run, where that says something.</param>
/// <param name="Aim">What it should be, in words, or null when it is only told.</param>
/// <param name="Holds">Whether it is.</param>
sealed record Metric(string Name, double Value, string Unit, double? Ceiling = null, string? Aim = null, bool? Holds = null)
{
    /// <summary>The figure as a share of the ceiling.</summary>
    public double? Ratio => Ceiling is > 0 ? Math.Round(Value / Ceiling.Value, 3) : null;

    public static Metric AtMost(string name, double value, string unit, double limit) =>
        new(name, value, unit, null, $"<= {limit} {unit}", value <= limit);

    public static Metric AtLeastShare(string name, double value, string unit, double ceiling, double share) =>
        new(name, value, unit, ceiling, $">= {share} of the ceiling", value >= share * ceiling);
}
