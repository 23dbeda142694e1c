using System.Globalization;
using System.Text.RegularExpressions;
using Prickle.Accounts;

namespace Prickle.Insights;

/// <summary>
/// The period of a question with its buckets, in the project's zone (K1). Days are counted in local time: those on which
/// clocks change have 23 or 25 hours.
/// </summary>
/// <param name="From">First moment, included.</param>
/// <param name="To">Last moment, included (23:59:59.999999 of a day).</param>
/// <param name="IsAll">Whether all of time was asked for.</param>
/// <param name="IsExplicit">Whether the times hold exactly as given.</param>
public sealed partial record QueryPeriod(DateTimeOffset From, DateTimeOffset To, Interval Interval, TimeZoneInfo Zone, DayOfWeek WeekStart, bool IsAll = false,
    bool IsExplicit = false)
{
    /// <summary>More buckets than anybody can read.</summary>
    public const int MostBuckets = 10_000;

    const int UsualDays = 7;

    static readonly TimeSpan LastMoment = TimeSpan.FromTicks(-TimeSpan.TicksPerMicrosecond);

    /// <summary>Resolves the texts of a range; the refusal says which is wrong.</summary>
    /// <param name="first">When the project's first event happened, for "all"; null when it has none.</param>
    public static Outcome<QueryPeriod> Resolve(
        QueryRange range, Interval interval, TimeZoneInfo zone, DayOfWeek weekStart, DateTimeOffset now, DateTimeOffset? first)
    {
        var from = Moment(range.DateFrom ?? $"-{UsualDays}d", range.ExplicitDate, zone, weekStart, now, first, out _);
        if (from is not { } begin)
        {
            return Refusal.Invalid("date_from", $"'{range.DateFrom}' is no date. Write -7d, mStart, all or 2026-01-31.");
        }
        var hasTime = false;
        var to = range.DateTo is null ? Local(now, zone) : Moment(range.DateTo, range.ExplicitDate, zone, weekStart, now, first, out hasTime);
        if (to is not { } end)
        {
            return Refusal.Invalid("date_to", $"'{range.DateTo}' is no date. Write -1d or 2026-01-31.");
        }
        // Only an end was said, and it lies before the usual beginning: as many days before it as usually.
        if (range.DateFrom is null && end.Date < begin)
        {
            begin = end.Date.AddDays(-UsualDays);
        }
        var last = range.ExplicitDate && hasTime ? end
            : interval is Interval.Second or Interval.Minute && (range.DateTo is null || hasTime) ? end
            : interval == Interval.Hour && (range.DateTo is null || hasTime) ? end.Date.AddHours(end.Hour + 1) + LastMoment
            : hasTime && range.DateTo is not null ? end
            : end.Date.AddDays(1) + LastMoment;
        if (last < begin)
        {
            return Refusal.Invalid("date_to", "The period ends before it begins.");
        }
        var period = new QueryPeriod(ToUtc(begin, zone), ToUtc(last, zone), interval, zone, weekStart, range.DateFrom == "all", range.ExplicitDate);
        return period.CountsMoreThan(MostBuckets)
            ? Refusal.Invalid("interval", $"That is more than {MostBuckets:N0} points. Choose a longer interval or a shorter period.")
            : period;
    }

    /// <summary>The period from the start of its first bucket: what is shown by interval counts whole ones, unless exact times were asked for.</summary>
    public QueryPeriod Whole => IsExplicit || Buckets[0] >= From ? this : this with { From = Buckets[0], _localStarts = null, _buckets = null, _days = null };

    /// <summary>The bucket that an answer called by this text; null when there is none.</summary>
    public int? BucketOf(string day) => Days.ToList().IndexOf(day) is >= 0 and var index ? index : null;

    /// <summary>The last moment of a bucket within the period.</summary>
    public DateTimeOffset LastOf(int bucket) => EndOf(bucket) + LastMoment is var end && end < To ? end : To;

    /// <summary>The first moment of a bucket within the period.</summary>
    public DateTimeOffset FirstOf(int bucket) => Buckets[bucket] > From ? Buckets[bucket] : From;

    /// <summary>Starts of the buckets in local time, every interval between the ends, empty or not.</summary>
    public IReadOnlyList<DateTime> LocalStarts => _localStarts ??= [.. Starts()];

    IReadOnlyList<DateTime>? _localStarts;

    /// <summary>Starts of the buckets; the first may lie before <see cref="From"/>.</summary>
    public IReadOnlyList<DateTimeOffset> Buckets => _buckets ??= IsShort
        ? [.. ShortStarts()]
        : [.. LocalStarts.Select(start => ToUtc(start, Zone))];

    IReadOnlyList<DateTimeOffset>? _buckets;

    /// <summary>The buckets as ISO text with the zone's offset.</summary>
    public IReadOnlyList<string> Days => _days ??= [.. Buckets.Select(start =>
        TimeZoneInfo.ConvertTime(start, Zone).ToString(Interval >= Interval.Day ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture))];

    IReadOnlyList<string>? _days;

    /// <summary>Whether the last bucket reaches beyond now.</summary>
    public bool IsLastIncomplete(DateTimeOffset now) => EndOf(Buckets.Count - 1) > now;

    /// <summary>Where a bucket ends: the start of the next.</summary>
    public DateTimeOffset EndOf(int bucket) => bucket + 1 < Buckets.Count ? Buckets[bucket + 1]
        : IsShort ? Buckets[bucket] + ShortLength
        : ToUtc(Next(LocalStarts[bucket], 1), Zone);

    /// <summary>The start of the bucket that an expression falls in, as SQL; equal to an element of <see cref="Buckets"/> as DateTime in UTC.</summary>
    /// <param name="moment">An SQL expression of type DateTime64.</param>
    public string BucketSql(string moment) => Interval switch
    {
        // A day of the calendar is asked for in local time and given back as the moment at which it begins.
        Interval.Second => $"toStartOfSecond({moment})",
        Interval.Minute => $"toStartOfMinute({moment})",
        Interval.Hour => $"toStartOfHour(toTimeZone({moment}, '{Zone.Id}'))",
        Interval.Day => $"toStartOfDay(toTimeZone({moment}, '{Zone.Id}'))",
        Interval.Week => $"toDateTime(toStartOfWeek(toTimeZone({moment}, '{Zone.Id}'), {(WeekStart == DayOfWeek.Sunday ? 0 : 1)}), '{Zone.Id}')",
        Interval.Month => $"toDateTime(toStartOfMonth(toTimeZone({moment}, '{Zone.Id}')), '{Zone.Id}')",
        Interval.Quarter => $"toDateTime(toStartOfQuarter(toTimeZone({moment}, '{Zone.Id}')), '{Zone.Id}')",
        _ => $"toDateTime(toStartOfYear(toTimeZone({moment}, '{Zone.Id}')), '{Zone.Id}')",
    };

    /// <summary>The period of the same length directly before, or this one moved by a text such as -1w.</summary>
    public QueryPeriod? Previous(string? shift)
    {
        var (from, to) = (Local(From, Zone), Local(To, Zone));
        if (shift is null)
        {
            var length = to - from - LastMoment;
            return this with { From = ToUtc(from - length, Zone), To = ToUtc(to - length, Zone), _localStarts = null, _buckets = null, _days = null };
        }
        return Relative.Match(shift) is { Success: true } match && match.Groups[1].Value == "-" && match.Groups[4].Length == 0
            ? this with { From = ToUtc(Shift(from, match), Zone), To = ToUtc(Shift(to, match), Zone), _localStarts = null, _buckets = null, _days = null }
            : null;
    }

    /// <summary>A local start moved by whole intervals.</summary>
    public DateTime Next(DateTime start, int count) => Interval switch
    {
        Interval.Second => start.AddSeconds(count),
        Interval.Minute => start.AddMinutes(count),
        Interval.Hour => start.AddHours(count),
        Interval.Day => start.AddDays(count),
        Interval.Week => start.AddDays(7 * count),
        Interval.Month => start.AddMonths(count),
        Interval.Quarter => start.AddMonths(3 * count),
        _ => start.AddYears(count),
    };

    /// <summary>The start of the local interval that a local time lies in.</summary>
    public DateTime StartOf(DateTime local) => Interval switch
    {
        Interval.Second => new DateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute, local.Second),
        Interval.Minute => new DateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute, 0),
        Interval.Hour => local.Date.AddHours(local.Hour),
        Interval.Day => local.Date,
        Interval.Week => local.Date.AddDays(-(((int)local.DayOfWeek - (int)WeekStart + 7) % 7)),
        Interval.Month => new DateTime(local.Year, local.Month, 1),
        Interval.Quarter => new DateTime(local.Year, (((local.Month - 1) / 3) * 3) + 1, 1),
        _ => new DateTime(local.Year, 1, 1),
    };

    /// <summary>A moment as the zone's clock shows it.</summary>
    public static DateTime Local(DateTimeOffset moment, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(moment, zone).DateTime;

    /// <summary>The moment at which the zone's clock shows a time: the first of two, and the end of a gap.</summary>
    public static DateTimeOffset ToUtc(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(15);
        }
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    // Hours and shorter are the same length everywhere; a zone's clock may show one of them twice.
    bool IsShort => Interval <= Interval.Hour;

    TimeSpan ShortLength => Interval switch
    {
        Interval.Second => TimeSpan.FromSeconds(1),
        Interval.Minute => TimeSpan.FromMinutes(1),
        _ => TimeSpan.FromHours(1),
    };

    bool CountsMoreThan(int most) => (To - From) / (Interval switch
    {
        Interval.Day => TimeSpan.FromDays(1),
        Interval.Week => TimeSpan.FromDays(7),
        > Interval.Week => TimeSpan.FromDays(28),
        _ => ShortLength,
    }) > most;

    IEnumerable<DateTime> Starts()
    {
        var last = Local(To, Zone);
        for (var start = StartOf(Local(From, Zone)); start <= last; start = Next(start, 1))
        {
            yield return start;
        }
    }

    IEnumerable<DateTimeOffset> ShortStarts()
    {
        for (var start = ToUtc(StartOf(Local(From, Zone)), Zone); start <= To; start += ShortLength)
        {
            yield return start;
        }
    }

    static DateTime? Moment(string text, bool isExplicit, TimeZoneInfo zone, DayOfWeek weekStart, DateTimeOffset now, DateTimeOffset? first, out bool hasTime)
    {
        hasTime = false;
        var local = Local(now, zone);
        if (text == "all")
        {
            return Local(first ?? now, zone).Date;
        }
        if (Relative.Match(text) is { Success: true } match)
        {
            return Shifted(match, local, isExplicit, weekStart, out hasTime);
        }
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date.Year is > 1900 and < 2300 ? date.ToDateTime(TimeOnly.MinValue) : null;
        }
        hasTime = true;
        // Without an offset of its own a time is the project's.
        return !DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) || time.Year is <= 1900 or >= 2300 ? null
            : time.Kind == DateTimeKind.Unspecified ? time
            : Local(new DateTimeOffset(time), zone);
    }

    static DateTime? Shifted(Match match, DateTime local, bool isExplicit, DayOfWeek weekStart, out bool hasTime)
    {
        var unit = match.Groups[3].Value;
        hasTime = unit == "h" || isExplicit;
        DateTime moved;
        try
        {
            moved = Shift(local, match);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
        return match.Groups[4].Value switch
        {
            "Start" => StartOfUnit(moved, unit, weekStart),
            "End" => EndOfUnit(moved, unit, weekStart, out hasTime),
            _ => unit == "h" || isExplicit ? moved : moved.Date,
        };
    }

    static DateTime Shift(DateTime from, Match match)
    {
        var count = match.Groups[2].Length == 0 ? 0 : int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
        // "7d" looks back as "-7d" does.
        count = match.Groups[1].Value == "+" ? count : -count;
        return match.Groups[3].Value switch
        {
            "h" => from.AddHours(count),
            "d" => from.AddDays(count),
            "w" => from.AddDays(7 * count),
            "m" => from.AddMonths(count),
            "q" => from.AddMonths(3 * count),
            _ => from.AddYears(count),
        };
    }

    static DateTime StartOfUnit(DateTime time, string unit, DayOfWeek weekStart) => unit switch
    {
        "h" => time.Date.AddHours(time.Hour),
        "d" => time.Date,
        "w" => time.Date.AddDays(-(((int)time.DayOfWeek - (int)weekStart + 7) % 7)),
        "m" => new DateTime(time.Year, time.Month, 1),
        "q" => new DateTime(time.Year, (((time.Month - 1) / 3) * 3) + 1, 1),
        _ => new DateTime(time.Year, 1, 1),
    };

    static DateTime EndOfUnit(DateTime time, string unit, DayOfWeek weekStart, out bool hasTime)
    {
        hasTime = true;
        var start = StartOfUnit(time, unit, weekStart);
        var next = unit switch
        {
            "h" => start.AddHours(1),
            "d" => start.AddDays(1),
            "w" => start.AddDays(7),
            "m" => start.AddMonths(1),
            "q" => start.AddMonths(3),
            _ => start.AddYears(1),
        };
        return next + LastMoment;
    }

    [GeneratedRegex(@"^([+-]?)(\d{0,4})([hdwmqy])(Start|End|)\z")]
    static partial Regex Relative { get; }
}
