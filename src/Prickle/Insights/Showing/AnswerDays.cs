using System.Globalization;
using Prickle.Ui.Charts;

namespace Prickle.Insights.Showing;

/// <summary>The days of an answer as places of a time axis.</summary>
public static class AnswerDays
{
    /// <summary>The moments at which the buckets begin.</summary>
    public static IReadOnlyList<DateTimeOffset> Starts(IReadOnlyList<string> days, TimeZoneInfo zone) => [.. days.Select(day => Start(day, zone))];

    /// <summary>The places of the axis; their keys are the days as the answer wrote them.</summary>
    public static IReadOnlyList<ChartCategory> Categories(IReadOnlyList<string> days, Interval interval, TimeZoneInfo zone) =>
        [.. TimeAxis.Categories(Starts(days, zone), Of(interval), zone).Select((place, index) => place with { Key = days[index] })];

    /// <summary>A day in full: "Sunday, 1 March 2026".</summary>
    public static string Words(string day, Interval interval, TimeZoneInfo zone) =>
        TimeAxis.Long(TimeZoneInfo.ConvertTime(Start(day, zone), zone), Of(interval));

    /// <summary>A day where room is dear: "Sun 1 Mar".</summary>
    public static string Short(string day, Interval interval, TimeZoneInfo zone) => interval is Interval.Day
        ? TimeZoneInfo.ConvertTime(Start(day, zone), zone).ToString("ddd d MMM", CultureInfo.InvariantCulture)
        : Words(day, interval, zone);

    // A date alone is the project's; a time says its own offset.
    static DateTimeOffset Start(string day, TimeZoneInfo zone) =>
        DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? QueryPeriod.ToUtc(date.ToDateTime(TimeOnly.MinValue), zone)
            : DateTimeOffset.Parse(day, CultureInfo.InvariantCulture);

    static ChartInterval Of(Interval interval) => interval switch
    {
        Interval.Second or Interval.Minute => ChartInterval.Minute,
        Interval.Hour => ChartInterval.Hour,
        Interval.Day => ChartInterval.Day,
        Interval.Week => ChartInterval.Week,
        Interval.Month or Interval.Quarter => ChartInterval.Month,
        _ => ChartInterval.Year,
    };
}
