using System.Globalization;
using Prickle.Accounts;

namespace Prickle.House.Queries;

/// <summary>A stretch of a log, its end not included.</summary>
public sealed record QueryRange(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>The stretches that are offered, by the name that stands in addresses.</summary>
    public static readonly IReadOnlyList<(string Name, string Words, TimeSpan Span)> Offered =
    [
        ("1h", "Last hour", TimeSpan.FromHours(1)), ("6h", "Last 6 hours", TimeSpan.FromHours(6)), ("24h", "Last 24 hours", TimeSpan.FromHours(24)),
        ("7d", "Last 7 days", TimeSpan.FromDays(7)), ("30d", "Last 30 days", TimeSpan.FromDays(30)),
    ];

    public const string Usual = "24h";

    static readonly TimeSpan Longest = TimeSpan.FromDays(92);

    public TimeSpan Span => To - From;

    public double Minutes => Span.TotalMinutes;

    /// <summary>The stretch just before, of the same length.</summary>
    public QueryRange Before => new(From - Span, From);

    /// <summary>Reads a stretch by its name, or by two moments.</summary>
    /// <param name="name">One of those offered; what is not given is <see cref="Usual"/>.</param>
    /// <param name="from">ISO 8601; goes before the name.</param>
    /// <param name="to">ISO 8601; now without it.</param>
    public static Outcome<QueryRange> Read(string? name, string? from, string? to, DateTimeOffset now)
    {
        if (!string.IsNullOrEmpty(from))
        {
            if (Moment(from) is not { } begin)
            {
                return Refusal.Invalid("from", "A moment is expected here: 2026-03-01T14:30:00Z.");
            }
            if (!string.IsNullOrEmpty(to) && Moment(to) is null)
            {
                return Refusal.Invalid("to", "A moment is expected here: 2026-03-01T14:30:00Z.");
            }
            var end = string.IsNullOrEmpty(to) ? now : Moment(to)!.Value;
            return begin >= end ? Refusal.Invalid("from", "It begins at its end or later.")
                : end - begin > Longest ? Refusal.Invalid("from", "A stretch has 92 days at most.")
                : begin.ToUnixTimeSeconds() < 0 || end.ToUnixTimeSeconds() > uint.MaxValue ? Refusal.Invalid("from", "ClickHouse's times lie between 1970 and 2106.")
                : new QueryRange(begin, end);
        }
        foreach (var offered in Offered)
        {
            if (offered.Name == (string.IsNullOrEmpty(name) ? Usual : name))
            {
                // Whole minutes, so that those who ask within one are given the same answer. The end is a little ahead: nothing is missed.
                var end = new DateTimeOffset(now.UtcDateTime.Date.AddMinutes(Math.Floor(now.UtcDateTime.TimeOfDay.TotalMinutes) + 1), TimeSpan.Zero);
                return new QueryRange(end - offered.Span, end);
            }
        }
        return Refusal.Invalid("range", $"Ranges are {string.Join(", ", Offered.Select(offered => offered.Name))}.");
    }

    static DateTimeOffset? Moment(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;
}
