using System.Globalization;
using Prickle.Ui.Values;

namespace Prickle.Ui.Charts;

/// <summary>How a number differs from the one before, in words.</summary>
/// <param name="Period">What the other number is of: "the period before".</param>
/// <param name="FewerIsBetter">As with errors.</param>
public sealed record NumberChange(double? Value, double? Previous, string Period, UnitStyle? Style = null, bool FewerIsBetter = false)
{
    /// <summary>The difference, or the period alone where there is nothing to compare.</summary>
    public string Words => (Value, Previous) switch
    {
        (_, null) or (double.NaN, _) or (_, double.NaN) => Period,
        (0, 0) => $"none, and none {Period}",
        (_, 0) => $"none {Period}",
        var (value, previous) when value == previous => $"as many as {Period}",
        // Shares are told apart in points: from 10 % to 12 % is 2 points, not 20 %.
        var (value, previous) when Style is UnitStyle.Share => string.Create(CultureInfo.InvariantCulture,
            $"{Math.Abs(100 * (value!.Value - previous!.Value)):0.#} pt {(value > previous ? "up on" : "down on")} {Period}"),
        var (value, previous) => string.Create(CultureInfo.InvariantCulture,
            $"{Math.Abs(100 * (value!.Value - previous!.Value) / previous.Value):0.#} % {(value > previous ? "up on" : "down on")} {Period}"),
    };

    /// <summary>Null where nothing changed, or nobody knows.</summary>
    public bool? IsBetter => Previous is null or double.NaN || Value is null or double.NaN || Value == Previous ? null : Value > Previous == !FewerIsBetter;
}
