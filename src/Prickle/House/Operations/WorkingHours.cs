using System.Globalization;

namespace Prickle.House.Operations;

/// <summary>Hours of the day in which an operation works, over midnight too.</summary>
sealed record WorkingHours(TimeOnly From, TimeOnly To, TimeZoneInfo Zone)
{
    /// <summary><c>22:00-06:00</c>; null for what is no hours, or no zone that is known here.</summary>
    public static WorkingHours? Read(string text, string zone) =>
        text.Split('-', StringSplitOptions.TrimEntries) is [var from, var to]
        && TimeOnly.TryParseExact(from, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var begin)
        && TimeOnly.TryParseExact(to, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var end)
        && begin != end && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found)
            ? new WorkingHours(begin, end, found) : null;

    public bool Holds(DateTimeOffset moment) => TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, Zone).DateTime).IsBetween(From, To);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From:HH\\:mm} to {To:HH\\:mm} {Zone.Id}");
}
