using System.Globalization;

namespace Prickle.Capture.Steps;

/// <summary>Decides when an event happened, from what the client said and when it arrived.</summary>
static class EventClock
{
    static readonly TimeSpan FarAhead = TimeSpan.FromHours(23);

    // What the store can hold of a time (DateTime64 ends in 2299); outside it an event is put at the epoch.
    static readonly DateTimeOffset Earliest = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static readonly string[] ExtraFormats =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzz", "yyyy-MM-dd'T'HH:mm:sszz", "yyyy-MM-dd HH:mm:ss.FFFFFFFzz", "yyyy-MM-dd HH:mm:sszz"];

    /// <summary>The rules in order: offset, skew by sent_at, the timestamp as given, the arrival.</summary>
    public static ClockVerdict Decide(ClientClock clock, DateTimeOffset now)
    {
        if (clock.Offset is { } offset)
        {
            return Bound(Shift(now, -offset), now);
        }

        if (string.IsNullOrWhiteSpace(clock.Timestamp))
        {
            return new ClockVerdict(now, null);
        }

        if (IsOutsideYears(clock.Timestamp))
        {
            return new ClockVerdict(DateTimeOffset.UnixEpoch, DropReason.InvalidTimestamp);
        }

        if (!TryParse(clock.Timestamp, out var timestamp))
        {
            return new ClockVerdict(now, DropReason.InvalidTimestamp);
        }

        return clock is { SentAt: { } sentAt, IsTrusted: false }
            ? Bound(Shift(timestamp, (now - sentAt).TotalMilliseconds), now)
            : Bound(timestamp, now);
    }

    /// <summary>RFC 3339 with any zone, date alone, a space for the T, no zone (UTC), or a number (epoch in s or ms).</summary>
    public static bool TryParse(string text, out DateTimeOffset value)
    {
        text = text.Trim();
        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            // Seconds until the year 5138, milliseconds above: nobody sends seconds of that size.
            return TryFromEpoch(Math.Abs(number) < 1e11 ? number * 1000 : number, out value);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, styles, out value)
            || DateTimeOffset.TryParseExact(text, ExtraFormats, CultureInfo.InvariantCulture, styles, out value);
    }

    /// <summary>Epoch milliseconds as the query carries them; what would be 2020 or earlier is no such number.</summary>
    public static DateTimeOffset? FromEpochMilliseconds(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && TryFromEpoch(number, out var value)
        && value.Year > 2020
            ? value
            : null;

    static bool TryFromEpoch(double milliseconds, out DateTimeOffset value)
    {
        value = default;
        if (!(Math.Abs(milliseconds) < 2.5e14))
        {
            return false;
        }

        var ticks = DateTimeOffset.UnixEpoch.Ticks + (long)(milliseconds * TimeSpan.TicksPerMillisecond);
        if (ticks < 0 || ticks > DateTimeOffset.MaxValue.Ticks)
        {
            return false;
        }

        value = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    static DateTimeOffset? Shift(DateTimeOffset time, double milliseconds)
    {
        // Whole ticks from here on: a double holds no time of this century to the microsecond.
        var shift = milliseconds * TimeSpan.TicksPerMillisecond;
        if (!(Math.Abs(shift) < DateTimeOffset.MaxValue.UtcTicks))
        {
            return null;
        }

        var ticks = time.UtcTicks + (long)shift;
        return ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
    }

    static ClockVerdict Bound(DateTimeOffset? time, DateTimeOffset now) => time switch
    {
        { } value when value > now + FarAhead => new ClockVerdict(now, DropReason.TimestampInFuture),
        { } value when value >= Earliest => new ClockVerdict(value, null),
        _ => new ClockVerdict(DateTimeOffset.UnixEpoch, DropReason.InvalidTimestamp),
    };

    // A year of five digits or a sign is a date, only none that the calendar here reaches; so is the year 0.
    static bool IsOutsideYears(string text)
    {
        var digits = text.AsSpan().TrimStart(" +-");
        var dash = digits.IndexOf('-');
        return dash > 0 && int.TryParse(digits[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            && (dash > 4 || year == 0 || text.TrimStart()[0] is '-' or '+');
    }
}

/// <summary>When it happened, and what was wrong with the client's word when something was.</summary>
readonly record struct ClockVerdict(DateTimeOffset Time, DropReason? Warning);
