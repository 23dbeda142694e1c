using System.Globalization;

namespace Prickle.House.Comparing;

/// <summary>How sure a difference of medians is: by drawing again from what was measured.</summary>
static class Bootstrap
{
    const int Draws = 4000;
    const double Confidence = 0.95;

    // The same measurements give the same answer.
    const int Seed = 20_180_616;

    public static double Median(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0 : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Between what the difference of medians, second less first, lies with 95 % confidence.</summary>
    public static (double Low, double High) Interval(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        var random = new Random(Seed);
        var differences = new double[Draws];
        for (var draw = 0; draw < Draws; draw++)
        {
            differences[draw] = Median(Drawn(second)) - Median(Drawn(first));
        }
        Array.Sort(differences);
        var left = (int)((1 - Confidence) / 2 * Draws);
        return (differences[left], differences[Draws - 1 - left]);

        double[] Drawn(IReadOnlyList<double> values) => [.. Enumerable.Range(0, values.Count).Select(_ => values[random.Next(values.Count)])];
    }

    /// <summary>What the figures say.</summary>
    public static string Verdict(double first, double second, double low, double high)
    {
        if (low <= 0 && high >= 0)
        {
            return "No difference can be told: what was measured fits both being as fast. More repeats tell smaller differences.";
        }
        var (winner, faster, slower) = high < 0 ? ("B", second, first) : ("A", first, second);
        var (least, most) = high < 0 ? (-high, -low) : (low, high);
        return string.Create(CultureInfo.InvariantCulture,
            $"{winner} is faster: {faster:0.#} ms against {slower:0.#} ms, {(slower - faster) / slower:0%} less. With 95 % confidence it saves from {least:0.#} to {most:0.#} ms.");
    }
}
