using System.Globalization;

namespace Prickle.Ui.Charts;

/// <summary>How long a place of a time axis lasts.</summary>
public enum ChartInterval
{
    /// <summary>A minute.</summary>
    Minute,

    /// <summary>An hour.</summary>
    Hour,

    /// <summary>A day.</summary>
    Day,

    /// <summary>A week.</summary>
    Week,

    /// <summary>A month.</summary>
    Month,

    /// <summary>A year.</summary>
    Year,
}

/// <summary>Places of a time axis, in words.</summary>
public static class TimeAxis
{
    /// <summary>The categories of intervals that start at these moments, said in the zone. Keys are the starts in ISO 8601, UTC.</summary>
    public static IReadOnlyList<ChartCategory> Categories(IReadOnlyList<DateTimeOffset> starts, ChartInterval interval, TimeZoneInfo zone)
    {
        var categories = new ChartCategory[starts.Count];
        DateTimeOffset? before = null;
        for (var index = 0; index < starts.Count; index++)
        {
            var start = TimeZoneInfo.ConvertTime(starts[index], zone);
            categories[index] = new(
                start.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                Short(start, before, interval), Long(start, interval))
            {
                Leads = interval is ChartInterval.Hour or ChartInterval.Minute && starts.Count > 48 && before is { } last && last.Date != start.Date,
            };
            before = start;
        }
        return categories;
    }

    /// <summary>The place whose interval holds the moment; -1 before the first, the last one after it.</summary>
    public static int IndexOf(IReadOnlyList<DateTimeOffset> starts, DateTimeOffset at)
    {
        var index = -1;
        while (index + 1 < starts.Count && starts[index + 1] <= at)
        {
            index++;
        }
        return index;
    }

    /// <summary>The interval that starts then, in full: "Sunday, 1 March 2026, 14:00".</summary>
    public static string Long(DateTimeOffset start, ChartInterval interval) => interval switch
    {
        ChartInterval.Minute or ChartInterval.Hour => Text(start, "dddd, d MMMM yyyy, HH:mm"),
        ChartInterval.Day => Text(start, "dddd, d MMMM yyyy"),
        ChartInterval.Week => $"{Text(start, "d MMM")} – {Text(start.AddDays(6), "d MMM yyyy")}",
        ChartInterval.Month => Text(start, "MMMM yyyy"),
        _ => Text(start, "yyyy"),
    };

    // The larger unit is said where it changes: the day at the first hour of it, the year at its first month.
    static string Short(DateTimeOffset start, DateTimeOffset? before, ChartInterval interval) => interval switch
    {
        ChartInterval.Minute or ChartInterval.Hour => before?.Date == start.Date ? Text(start, "HH:mm") : Text(start, "d MMM"),
        ChartInterval.Day or ChartInterval.Week => before is { } day && day.Year != start.Year ? Text(start, "d MMM yyyy") : Text(start, "d MMM"),
        ChartInterval.Month => before?.Year == start.Year ? Text(start, "MMM") : Text(start, "MMM yyyy"),
        _ => Text(start, "yyyy"),
    };

    static string Text(DateTimeOffset at, string format) => at.ToString(format, CultureInfo.InvariantCulture);
}
