using System.Globalization;

namespace Prickle.Ui.Values;

/// <summary>Moments and spans in words.</summary>
public static class Moment
{
    /// <summary>"3 s ago", "5 min ago", "in 2 h", "4 d ago"; the date when it is more than 30 days away.</summary>
    public static string Describe(DateTimeOffset at, DateTimeOffset now)
    {
        var distance = (now - at).Duration();
        if (distance < TimeSpan.FromSeconds(1))
        {
            return "now";
        }
        if (distance >= TimeSpan.FromDays(30))
        {
            return at.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
        }
        var (count, unit) = distance switch
        {
            { TotalSeconds: < 60 } => ((int)distance.TotalSeconds, "s"),
            { TotalMinutes: < 60 } => ((int)distance.TotalMinutes, "min"),
            { TotalHours: < 24 } => ((int)distance.TotalHours, "h"),
            _ => ((int)distance.TotalDays, "d"),
        };
        return at > now
            ? string.Create(CultureInfo.InvariantCulture, $"in {count} {unit}")
            : string.Create(CultureInfo.InvariantCulture, $"{count} {unit} ago");
    }

    /// <summary>"2026-03-01 14:05:09.250 Europe/Berlin (UTC+01:00)".</summary>
    public static string Exact(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        var name = zone == TimeZoneInfo.Utc ? "UTC" : local.ToString("'" + zone.Id + " (UTC'zzz')'", CultureInfo.InvariantCulture);
        return local.ToString("yyyy-MM-dd HH:mm:ss.fff ", CultureInfo.InvariantCulture) + name;
    }

    /// <summary>"12 s", "3 min 20 s", "2 h 5 min".</summary>
    public static string Describe(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalSeconds} s"),
        { TotalMinutes: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min"),
    };
}
