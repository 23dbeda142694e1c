using System.Globalization;
using System.Text.RegularExpressions;

namespace Prickle.Ui.Filters;

/// <summary>
/// A period as people say it and as addresses hold it: <c>-24h</c>, <c>-7d</c>, <c>dStart</c> (today), <c>all</c>, or a
/// date; with a second date it ends there (that day included).
/// </summary>
public sealed partial record DateRange(string From, string? To = null)
{
    /// <summary>The periods offered first.</summary>
    public static readonly IReadOnlyList<(DateRange Range, string Words)> Presets =
    [
        (new("-1h"), "Last hour"),
        (new("-24h"), "Last 24 hours"),
        (new("dStart"), "Today"),
        (new("-7d"), "Last 7 days"),
        (new("-30d"), "Last 30 days"),
        (new("-90d"), "Last 90 days"),
        (new("all"), "All time"),
    ];

    /// <summary>In words.</summary>
    public string Words
    {
        get
        {
            foreach (var (range, words) in Presets)
            {
                if (range == this)
                {
                    return words;
                }
            }
            return To is null ? $"Since {From.TrimStart('-')}" : $"{From} to {To}";
        }
    }

    /// <summary>Reads the two texts of an address; the default when the first is missing or no period.</summary>
    public static DateRange Read(string? from, string? to, DateRange otherwise) =>
        from is null || !IsPeriod(from) ? otherwise
        : to is not null && IsDate(to) ? new(from, to)
        : new(from);

    /// <summary>The two ends; null where it is open.</summary>
    public (DateTimeOffset? After, DateTimeOffset? Before) Resolve(DateTimeOffset now, TimeZoneInfo zone) =>
        (Start(now, zone), To is null ? null : StartOf(DateOnly.ParseExact(To, "O", CultureInfo.InvariantCulture).AddDays(1), zone));

    DateTimeOffset? Start(DateTimeOffset now, TimeZoneInfo zone)
    {
        if (From == "all")
        {
            return null;
        }
        if (From == "dStart")
        {
            return StartOf(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime), zone);
        }
        if (DateOnly.TryParseExact(From, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return StartOf(date, zone);
        }
        var match = Relative.Match(From);
        var count = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        return match.Groups[2].ValueSpan switch
        {
            "h" => now.AddHours(-count),
            "w" => now.AddDays(-7 * count),
            "m" => now.AddMonths(-count),
            "y" => now.AddYears(-count),
            _ => now.AddDays(-count),
        };
    }

    static DateTimeOffset StartOf(DateOnly date, TimeZoneInfo zone)
    {
        var midnight = date.ToDateTime(TimeOnly.MinValue);
        // Some zones skip midnight when summer begins; the day then starts an hour later.
        return zone.IsInvalidTime(midnight)
            ? new DateTimeOffset(midnight.AddHours(1), zone.GetUtcOffset(midnight.AddHours(1)))
            : new DateTimeOffset(midnight, zone.GetUtcOffset(midnight));
    }

    static bool IsPeriod(string text) => text is "all" or "dStart" || Relative.IsMatch(text) || IsDate(text);

    // Years at the ends of the calendar overflow with a zone or a day more.
    static bool IsDate(string text) =>
        DateOnly.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is > 1 and < 9999;

    [GeneratedRegex(@"^-(\d{1,3})([hdwmy])\z")]
    static partial Regex Relative { get; }
}
