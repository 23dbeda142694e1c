using System.Globalization;
using System.Text.RegularExpressions;
using Prickle.Filters.Meaning;

namespace Prickle.Filters;

/// <summary>What the value of a filter means.</summary>
static partial class FilterValues
{
    /// <summary>A date with or without a time and a zone (the one given where none is said), or a time ago: <c>-7d</c>; null when it is neither.</summary>
    public static DateTimeOffset? Moment(string text, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (Ago.Match(text) is { Success: true } match)
        {
            var count = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            return match.Groups[2].ValueSpan switch
            {
                "h" => now.AddHours(-count),
                "w" => now.AddDays(-7 * count),
                "m" when count < (now.Year - 1) * 12 => now.AddMonths(-count),
                "y" => count < now.Year ? now.AddYears(-count) : null,
                "d" => now.AddDays(-count),
                _ => null,
            };
        }
        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) || time.Year is < 1901 or > 2298)
        {
            return null;
        }
        return time.Kind == DateTimeKind.Unspecified ? Dates.InZone(time, zone) : new DateTimeOffset(time).ToUniversalTime();
    }

    /// <summary>Whether it names a day and no time of it.</summary>
    public static bool IsDay(string text) => Day.IsMatch(text) || (Ago.Match(text) is { Success: true } ago && ago.Groups[2].Value != "h");

    /// <summary>Whether it is a time ago, which moves with the clock.</summary>
    public static bool IsAgo(string text) => Ago.IsMatch(text);

    /// <summary>A finite number, written as the store reads one; null for anything else.</summary>
    public static double? Number(string text) =>
        double.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    /// <summary>Whether both back ends take the expression and mean the same by it.</summary>
    public static bool IsRegex(string pattern) => RegexDialect.TryRead(pattern, out _, out _);

    [GeneratedRegex(@"^-?([0-9]{1,4})([hdwmy])\z")]
    static partial Regex Ago { get; }

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}\z")]
    static partial Regex Day { get; }
}
