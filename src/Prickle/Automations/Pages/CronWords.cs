using System.Globalization;

namespace Prickle.Automations.Pages;

/// <summary>Schedules as people read them, and as the form makes them: hourly, daily, weekly, monthly; others stay as they are written.</summary>
/// <param name="Days">Of the week, from 0 for Sunday; for weekly ones.</param>
sealed record CronWords(CronRhythm Rhythm, int Hour, int Minute, IReadOnlyList<int> Days, int DayOfMonth)
{
    public static string Of(string cron)
    {
        if (Read(cron) is not { } simple)
        {
            return cron.Trim().Length == 0 ? "At a time that is not chosen yet" : $"By the schedule {cron}";
        }
        var at = string.Create(CultureInfo.InvariantCulture, $"{simple.Hour:00}:{simple.Minute:00}");
        return simple.Rhythm switch
        {
            CronRhythm.Hourly => string.Create(CultureInfo.InvariantCulture, $"Every hour at minute {simple.Minute}"),
            CronRhythm.Daily => $"Every day at {at}",
            CronRhythm.Weekly => simple.Days.Count == 5 && !simple.Days.Contains(0) && !simple.Days.Contains(6) ? $"Every weekday at {at}"
                : $"Every week{FlowWords.OnDays(simple.Days)} at {at}",
            _ => string.Create(CultureInfo.InvariantCulture, $"On day {simple.DayOfMonth} of every month at {at}"),
        };
    }

    /// <summary>Null for one that the form cannot show.</summary>
    public static CronWords? Read(string cron)
    {
        if (cron.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var minute, var hour, var day, "*", var weekday] || Number(minute, 0, 59) is not { } atMinute)
        {
            return null;
        }
        return (hour, day, weekday) switch
        {
            ("*", "*", "*") => new CronWords(CronRhythm.Hourly, 9, atMinute, [1], 1),
            (_, "*", "*") when Number(hour, 0, 23) is { } at => new CronWords(CronRhythm.Daily, at, atMinute, [1], 1),
            (_, "*", _) when Number(hour, 0, 23) is { } at && DaysOf(weekday) is { } days => new CronWords(CronRhythm.Weekly, at, atMinute, days, 1),
            (_, _, "*") when Number(hour, 0, 23) is { } at && Number(day, 1, 31) is { } of => new CronWords(CronRhythm.Monthly, at, atMinute, [1], of),
            _ => null,
        };
    }

    public string Write() => Rhythm switch
    {
        CronRhythm.Hourly => string.Create(CultureInfo.InvariantCulture, $"{Minute} * * * *"),
        CronRhythm.Daily => string.Create(CultureInfo.InvariantCulture, $"{Minute} {Hour} * * *"),
        CronRhythm.Weekly => string.Create(CultureInfo.InvariantCulture, $"{Minute} {Hour} * * {string.Join(',', Days.Order())}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Minute} {Hour} {DayOfMonth} * *"),
    };

    static int? Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;

    static List<int>? DaysOf(string text)
    {
        var days = new List<int>();
        foreach (var part in text.Split(','))
        {
            if (part.Split('-') is [var from, var to] && Number(from, 0, 6) is { } first && Number(to, 0, 6) is { } last && first <= last)
            {
                days.AddRange(Enumerable.Range(first, last - first + 1));
            }
            else if (Number(part, 0, 6) is { } day)
            {
                days.Add(day);
            }
            else
            {
                return null;
            }
        }
        return [.. days.Distinct()];
    }
}

enum CronRhythm
{
    Hourly,
    Daily,
    Weekly,
    Monthly,
}
