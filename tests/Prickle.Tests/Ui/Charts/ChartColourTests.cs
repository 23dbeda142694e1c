using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Prickle.Tests.Ui.Charts;

public sealed partial class ChartColourTests
{
    [Fact]
    public void Every_series_stands_out_from_the_surface_by_three_to_one_in_both_modes()
    {
        var colours = Read();
        for (var series = 1; series <= 8; series++)
        {
            for (var mode = 0; mode < 2; mode++)
            {
                Contrast(colours[$"series-{series}"][mode], colours["surface"][mode]).ShouldBeGreaterThanOrEqualTo(3, $"series {series}, mode {mode}");
            }
        }
    }

    [Fact]
    public void Figures_can_be_read_on_the_warmest_cell_in_both_modes()
    {
        var colours = Read();
        for (var mode = 0; mode < 2; mode++)
        {
            Contrast(colours["text"][mode], colours["heat"][mode]).ShouldBeGreaterThanOrEqualTo(4.5, $"mode {mode}");
        }
    }

    static Dictionary<string, string[]> Read([CallerFilePath] string here = "") =>
        Pair.Matches(File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../../../../src/Prickle.Ui/wwwroot/theme.css")))
            .ToDictionary(match => match.Groups[1].Value, match => new[] { match.Groups[2].Value, match.Groups[3].Value });

    static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    static double Luminance(string colour)
    {
        double Channel(int start)
        {
            var value = int.Parse(colour.AsSpan(start, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255d;
            return value <= 0.03928 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }
        return 0.2126 * Channel(1) + 0.7152 * Channel(3) + 0.0722 * Channel(5);
    }

    [GeneratedRegex(@"--prickle-([\w-]+): light-dark\((#\w{6}), (#\w{6})\);")]
    static partial Regex Pair { get; }
}
