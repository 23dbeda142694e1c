using System.Globalization;

namespace Prickle.Flags.Schedule;

/// <summary>Planned changes as people read them.</summary>
static class FlagStepWords
{
    /// <summary>"Set 1 to 25 %".</summary>
    public static string Of(FlagScheduledChange change) => change switch
    {
        FlagScheduledChange.Switch(var isOn) => isOn ? "Switch on" : "Switch off",
        FlagScheduledChange.Rollout rollout => string.Create(CultureInfo.InvariantCulture, $"Set {rollout.Index + 1} to {rollout.Percentage:0.##} %"),
        _ => "Other condition sets",
    };

    /// <summary>"tomorrow at 09:00", in the project's time.</summary>
    public static string When(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone)
    {
        var (then, today) = (TimeZoneInfo.ConvertTime(at, zone), TimeZoneInfo.ConvertTime(now, zone).Date);
        var days = (then.Date - today).Days;
        var day = days switch
        {
            -1 => "yesterday",
            0 => "today",
            1 => "tomorrow",
            > 1 and < 7 => then.ToString("'on' dddd", CultureInfo.InvariantCulture),
            _ when then.Year == today.Year => then.ToString("'on' d MMMM", CultureInfo.InvariantCulture),
            _ => then.ToString("'on' d MMMM yyyy", CultureInfo.InvariantCulture),
        };
        return $"{day} at {then.ToString("HH:mm", CultureInfo.InvariantCulture)}";
    }
}
