using System.Globalization;
using System.Text.RegularExpressions;

namespace Prickle.Filters;

/// <summary>What the value of a filter means.</summary>
static partial class FilterValues
{
    /// <summary>A date with or without a time and a zone, or a time ago: <c>-7d</c>; null when it is neither.</summary>
    public static DateTimeOffset? Moment(string text, DateTimeOffset now)
    {
        if (Ago.Match(text) is { Success: true } match)
        {
            var count = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            return match.Groups[2].ValueSpan switch
            {
                "h" => now.AddHours(-count),
                "w" => now.AddDays(-7 * count),
                "m" => now.AddMonths(-count),
                "y" => count < now.Year ? now.AddYears(-count) : null,
                _ => now.AddDays(-count),
            };
        }
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;
    }

    /// <summary>Whether the store's engine, which knows no look-around and no back-references, will take the expression.</summary>
    public static bool IsRegex(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking);
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^-?(\d{1,4})([hdwmy])\z")]
    static partial Regex Ago { get; }
}
