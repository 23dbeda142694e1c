namespace Prickle.Automations.Engine;

/// <summary>A part of the day on somebody's clock.</summary>
static class LocalWindow
{
    /// <summary>The first moment, from now on, that lies within the window; now itself when it does.</summary>
    /// <param name="weekdays">0 for Sunday; empty for every day.</param>
    public static DateTimeOffset Next(DateTimeOffset now, TimeZoneInfo zone, TimeOnly from, TimeOnly to, IReadOnlyList<int> weekdays)
    {
        var local = TimeZoneInfo.ConvertTime(now, zone);
        for (var ahead = 0; ahead <= 8; ahead++)
        {
            var day = DateOnly.FromDateTime(local.DateTime).AddDays(ahead);
            if (weekdays.Count > 0 && !weekdays.Contains((int)day.DayOfWeek))
            {
                continue;
            }
            var (begin, end) = (Moment(day.ToDateTime(from), zone), Moment(day.ToDateTime(to), zone));
            if (now < end)
            {
                return now > begin ? now : begin;
            }
        }
        return now;
    }

    /// <summary>When quiet hours that hold now are over; null when none hold. They may go over midnight.</summary>
    public static DateTimeOffset? EndOfQuiet(DateTimeOffset now, TimeZoneInfo zone, TimeOnly from, TimeOnly to)
    {
        var local = TimeZoneInfo.ConvertTime(now, zone);
        var (time, day) = (TimeOnly.FromDateTime(local.DateTime), DateOnly.FromDateTime(local.DateTime));
        var isQuiet = from < to ? time >= from && time < to : time >= from || time < to;
        return !isQuiet || from == to ? null : Moment((time < to ? day : day.AddDays(1)).ToDateTime(to), zone);
    }

    /// <summary>The begin of the day that a moment lies in.</summary>
    public static DateTimeOffset DayOf(DateTimeOffset now, TimeZoneInfo zone) => Moment(TimeZoneInfo.ConvertTime(now, zone).Date, zone);

    // An hour that summer time leaves out is the hour after it.
    static DateTimeOffset Moment(DateTime local, TimeZoneInfo zone)
    {
        var unspecified = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        if (zone.IsInvalidTime(unspecified))
        {
            unspecified = unspecified.AddHours(1);
        }
        return new DateTimeOffset(unspecified, zone.GetUtcOffset(unspecified)).ToUniversalTime();
    }
}
