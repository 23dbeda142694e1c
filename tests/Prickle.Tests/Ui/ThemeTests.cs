using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Prickle.Tests.Ui;

public sealed partial class ThemeTests
{
    static readonly string[] Backgrounds = ["background", "surface", "drawer", "sunken"];
    static readonly string[] Texts = ["text", "text-secondary", "primary", "secondary", "success", "warning", "error", "info"];

    [Fact]
    public void Text_of_every_colour_can_be_read_on_every_background_in_both_modes()
    {
        var colours = Read();
        foreach (var mode in new[] { 0, 1 })
        {
            foreach (var background in Backgrounds)
            {
                foreach (var text in Texts)
                {
                    Contrast(colours[text][mode], colours[background][mode])
                        .ShouldBeGreaterThanOrEqualTo(4.5, $"{text} on {background}, {(mode == 0 ? "light" : "dark")}");
                }
            }
        }
    }

    [Theory]
    [InlineData("on-primary", "primary")]
    [InlineData("on-primary", "primary-strong")]
    [InlineData("on-status", "error")]
    [InlineData("on-status", "success")]
    [InlineData("secondary", "chip")]
    public void What_is_written_on_a_filled_shape_can_be_read_in_both_modes(string text, string shape)
    {
        var colours = Read();
        foreach (var mode in new[] { 0, 1 })
        {
            Contrast(colours[text][mode], colours[shape][mode]).ShouldBeGreaterThanOrEqualTo(4.5, $"{text} on {shape}, mode {mode}");
        }
    }

    [Theory]
    [InlineData("drawer")]
    [InlineData("surface")]
    public void What_is_chosen_can_be_read_on_its_tint_in_both_modes(string below)
    {
        var colours = Read();
        // The alpha of --prickle-tint in each mode.
        foreach (var (mode, alpha) in new[] { (0, 0.08), (1, 0.12) })
        {
            var tinted = Mix(colours["shape"][mode], colours[below][mode], alpha);
            Contrast(colours["primary"][mode], tinted).ShouldBeGreaterThanOrEqualTo(4.5, $"on {below}, mode {mode}");
        }
    }

    [Fact]
    public void The_measure_of_contrast_is_that_of_the_standard()
    {
        Contrast("#FFFFFF", "#000000").ShouldBe(21, 0.001);
        // A grey known as the lightest that passes on white.
        Contrast("#767676", "#FFFFFF").ShouldBe(4.54, 0.01);
    }

    static Dictionary<string, string[]> Read([CallerFilePath] string here = "")
    {
        var file = Path.Combine(Path.GetDirectoryName(here)!, "../../../src/Prickle.Ui/wwwroot/theme.css");
        var colours = new Dictionary<string, string[]>();
        foreach (Match match in Colour.Matches(File.ReadAllText(file)))
        {
            var light = match.Groups["light"].Value;
            colours.TryAdd(match.Groups["name"].Value, [light, match.Groups["dark"] is { Success: true } dark ? dark.Value : light]);
        }
        return colours;
    }

    static string Mix(string over, string below, double alpha) => "#" + string.Concat(new[] { 1, 3, 5 }.Select(start =>
    {
        int Channel(string colour) => int.Parse(colour.AsSpan(start, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return ((int)Math.Round(Channel(over) * alpha + Channel(below) * (1 - alpha))).ToString("X2", CultureInfo.InvariantCulture);
    }));

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

    [GeneratedRegex(@"--prickle-(?<name>[\w-]+): (?:light-dark\((?<light>#\w{6}), (?<dark>#\w{6})\)|(?<light>#\w{6}));")]
    static partial Regex Colour { get; }
}
