using System.Globalization;
using System.Text.RegularExpressions;

namespace Prickle.Insights.Showing;

/// <summary>A period in words, and the periods that are offered first.</summary>
public static partial class PeriodWords
{
    public static readonly IReadOnlyList<(QueryRange Range, string Words)> Presets =
    [
        (new("dStart"), "Today"),
        (new("-1dStart", "-1dEnd"), "Yesterday"),
        (new("-24h"), "Last 24 hours"),
        (new("-7d"), "Last 7 days"),
        (new("-14d"), "Last 14 days"),
        (new("-30d"), "Last 30 days"),
        (new("-90d"), "Last 90 days"),
        (new("-180d"), "Last 180 days"),
        (new("mStart"), "This month"),
        (new("-1mStart", "-1mEnd"), "Last month"),
        (new("yStart"), "This year"),
        (new("all"), "All time"),
    ];

    /// <summary>In words: "Last 7 days", "1 Mar 2026 to 7 Mar 2026".</summary>
    public static string Of(QueryRange range)
    {
        var plain = range with { DateFrom = range.DateFrom ?? "-7d", ExplicitDate = false };
        foreach (var (preset, words) in Presets)
        {
            if (preset == plain)
            {
                return words;
            }
        }
        return (Last(plain.DateFrom!), plain.DateTo) switch
        {
            ({ } last, null) => last,
            (_, null) => $"Since {Date(plain.DateFrom!)}",
            (_, { } to) => $"{Date(plain.DateFrom!)} to {Date(to)}",
        };
    }

    static string? Last(string from)
    {
        if (Relative.Match(from) is not { Success: true } match)
        {
            return null;
        }
        var unit = match.Groups[2].Value switch { "h" => "hour", "d" => "day", "w" => "week", "m" => "month", "q" => "quarter", _ => "year" };
        return match.Groups[1].Value == "1" ? $"Last {unit}" : $"Last {match.Groups[1].Value} {unit}s";
    }

    static string Date(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date.ToString("d MMM yyyy", CultureInfo.InvariantCulture)
        : !text.StartsWith('-') && DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToString("d MMM yyyy HH:mm", CultureInfo.InvariantCulture)
        : text;

    [GeneratedRegex(@"^-(\d{1,4})([hdwmqy])\z")]
    static partial Regex Relative { get; }
}
