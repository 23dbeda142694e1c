using System.Globalization;
using System.Text.RegularExpressions;

namespace Prickle.Filters.Meaning;

/// <summary>
/// Which texts are dates: ISO 8601 with or without a time and a zone (the project's where none is said), and the seconds or the
/// milliseconds since 1970 that SDKs send.
/// </summary>
static partial class Dates
{
    const string Iso =
        "^(19|2[0-2])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
        + "([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?(Z|[+-](0[0-9]|1[0-4]):?[0-5][0-9])?)?$";

    public static long Microseconds(DateTimeOffset moment) =>
        (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>The moment at which the zone's clock shows a time: the first of two, and the end of a gap.</summary>
    public static DateTimeOffset InZone(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(15);
        }
        return new DateTimeOffset(local, zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local));
    }

    /// <summary>Microseconds since 1970; null when the text is no date.</summary>
    public static long? Read(string text, TimeZoneInfo zone)
    {
        if (Seconds.IsMatch(text))
        {
            return long.Parse(text, CultureInfo.InvariantCulture) * (text.Length <= 10 ? 1_000_000 : 1_000);
        }
        if (IsoDate.Match(text) is not { Success: true } match || !DateTime.TryParseExact(
            text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return null;
        }
        var time = match.Groups["time"].Success ? TimeSpan.Parse(match.Groups["time"].Value, CultureInfo.InvariantCulture) : TimeSpan.Zero;
        var start = match.Groups["zone"].Success ? new DateTimeOffset(day + time, TimeSpan.FromMinutes(Offset(match))) : InZone(day + time, zone);
        return Microseconds(start) + Fraction(match.Groups["fraction"].Value);
    }

    /// <summary>The same in the store: a number or NULL.</summary>
    public static string Sql(string text, TimeZoneInfo zone) =>
        $"multiIf(match({text}, '{Iso}'), toUnixTimestamp64Micro(parseDateTime64BestEffortOrNull({text}, 6, '{zone.Id}')), "
        + $"match({text}, '^[0-9]{{9,10}}$'), toInt64OrNull({text}) * 1000000, "
        + $"match({text}, '^[0-9]{{12,13}}$'), toInt64OrNull({text}) * 1000, NULL)";

    // Six digits, cut and not rounded.
    static long Fraction(string digits) =>
        digits.Length == 0 ? 0 : long.Parse(digits.PadRight(6, '0')[..6], CultureInfo.InvariantCulture);

    static int Offset(Match match)
    {
        if (!match.Groups["hours"].Success)
        {
            return 0;
        }
        var minutes = (int.Parse(match.Groups["hours"].Value, CultureInfo.InvariantCulture) * 60)
            + int.Parse(match.Groups["minutes"].Value, CultureInfo.InvariantCulture);
        return match.Groups["sign"].Value == "-" ? -minutes : minutes;
    }

    [GeneratedRegex("^(?:[0-9]{9,10}|[0-9]{12,13})\\z")]
    static partial Regex Seconds { get; }

    [GeneratedRegex(
        "^(?:19|2[0-2])[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
        + "(?:[T ](?<time>(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?)(?:(?<=:[0-9]{2}:[0-9]{2})[.](?<fraction>[0-9]{1,9}))?"
        + "(?<zone>Z|(?<sign>[+-])(?<hours>0[0-9]|1[0-4]):?(?<minutes>[0-5][0-9]))?)?\\z")]
    static partial Regex IsoDate { get; }
}
