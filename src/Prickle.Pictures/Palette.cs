using System.Globalization;
using System.Text.RegularExpressions;
using SkiaSharp;

namespace Prickle.Pictures;

/// <summary>The colours of a mode, read from the style sheet that browsers are served.</summary>
sealed partial class Palette
{
    readonly Dictionary<string, SKColor> _colours = [];

    public Palette(PictureTheme theme)
    {
        foreach (Match match in Variable.Matches(Resources.Text("theme.css")))
        {
            var value = match.Groups["pair"].Success ? Half(match.Groups["pair"].Value, theme) : match.Groups["value"].Value;
            if (ReadCss(value) is { } colour)
            {
                _colours.TryAdd(match.Groups["name"].Value, colour);
            }
        }
    }

    public SKColor Text => this["text"];

    public SKColor Quiet => this["text-secondary"];

    public SKColor Surface => this["surface"];

    public SKColor Line => this["line"];

    public SKColor StrongLine => this["line-strong"];

    /// <summary>The colour of a series, from 0; after the last the first comes again.</summary>
    public SKColor Series(int index) => this[string.Create(CultureInfo.InvariantCulture, $"series-{index % 8 + 1}")];

    /// <summary>A colour by its name in the style sheet, without "--prickle-".</summary>
    public SKColor this[string name] => _colours.TryGetValue(name, out var colour) ? colour : throw new ArgumentException($"There is no colour {name}.", nameof(name));

    /// <summary>"var(--prickle-name)" or "var(--prickle-name)/0.4" as a chart takes it.</summary>
    public string Themed(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var name = (slash < 0 ? text : text[..slash])["var(--prickle-".Length..^1];
        if (name is "body" or "heading")
        {
            return name;
        }
        var colour = this[name];
        var alpha = slash < 0 ? colour.Alpha / 255d : double.Parse(text.AsSpan(slash + 1), CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"rgba({colour.Red}, {colour.Green}, {colour.Blue}, {alpha:0.###})");
    }

    /// <summary>A colour as style sheets and drawings write it; null for anything else.</summary>
    public static SKColor? ReadCss(string text)
    {
        text = text.Trim();
        if (text.StartsWith('#'))
        {
            return SKColor.TryParse(text, out var parsed) ? parsed : null;
        }
        if (Rgb.Match(text) is not { Success: true } match)
        {
            return null;
        }
        byte Part(int group) => byte.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
        var alpha = match.Groups[4].Success ? double.Parse(match.Groups[4].ValueSpan, CultureInfo.InvariantCulture) : 1;
        return new SKColor(Part(1), Part(2), Part(3), (byte)Math.Round(255 * alpha));
    }

    // Both halves may have commas of their own, inside of parentheses.
    static string Half(string pair, PictureTheme theme)
    {
        var depth = 0;
        for (var index = 0; index < pair.Length; index++)
        {
            depth += pair[index] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0 && pair[index] == ',')
            {
                return theme is PictureTheme.Light ? pair[..index] : pair[(index + 1)..];
            }
        }
        return pair;
    }

    [GeneratedRegex(@"--prickle-(?<name>[a-z0-9-]+):\s*(?:light-dark\((?<pair>(?:[^();]|\([^()]*\))*)\)|(?<value>[^;]+))\s*;")]
    static partial Regex Variable { get; }

    [GeneratedRegex(@"^rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*(?:,\s*([\d.]+)\s*)?\)\z")]
    static partial Regex Rgb { get; }
}
