using Prickle.Ui.Filters;

namespace Prickle.Tests.Ui.Filters;

public sealed class DateRangeTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 29, 12, 30, 0, TimeSpan.Zero);
    static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("-24h", "2026-03-28T12:30:00Z")]
    [InlineData("-7d", "2026-03-22T12:30:00Z")]
    [InlineData("-2w", "2026-03-15T12:30:00Z")]
    [InlineData("-1m", "2026-02-28T12:30:00Z")]
    [InlineData("-1y", "2025-03-29T12:30:00Z")]
    public void A_relative_period_ends_now(string from, string start)
    {
        var (after, before) = new DateRange(from).Resolve(Now, TimeZoneInfo.Utc);
        after.ShouldBe(DateTimeOffset.Parse(start, System.Globalization.CultureInfo.InvariantCulture));
        before.ShouldBeNull();
    }

    [Fact]
    public void Today_begins_at_midnight_of_the_zone() =>
        // The clocks went forward at two that morning: midnight was still at UTC+1.
        new DateRange("dStart").Resolve(Now, Berlin).After.ShouldBe(new DateTimeOffset(2026, 3, 28, 23, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Dates_are_days_of_the_zone_and_the_last_one_is_included()
    {
        var (after, before) = new DateRange("2026-03-28", "2026-03-29").Resolve(Now, Berlin);
        after.ShouldBe(new DateTimeOffset(2026, 3, 27, 23, 0, 0, TimeSpan.Zero));
        before.ShouldBe(new DateTimeOffset(2026, 3, 29, 22, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void A_day_without_midnight_begins_when_it_begins() =>
        // In Beirut the clocks jump from midnight to one.
        new DateRange("2026-03-29").Resolve(Now, TimeZoneInfo.FindSystemTimeZoneById("Asia/Beirut")).After
            .ShouldBe(new DateTimeOffset(2026, 3, 28, 22, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("-9999d")]
    [InlineData("-7d\n")]
    [InlineData("2026-02-30")]
    [InlineData("9999-12-31")]
    public void What_is_no_period_gives_the_default(string? from) =>
        DateRange.Read(from, null, new DateRange("-7d")).ShouldBe(new DateRange("-7d"));

    [Fact]
    public void A_broken_end_is_left_out() =>
        DateRange.Read("2026-01-01", "later", new DateRange("all")).ShouldBe(new DateRange("2026-01-01"));

    [Fact]
    public void Periods_are_told_in_words()
    {
        new DateRange("-24h").Words.ShouldBe("Last 24 hours");
        new DateRange("2026-01-01", "2026-01-31").Words.ShouldBe("2026-01-01 to 2026-01-31");
        new DateRange("-3m").Words.ShouldBe("Since 3m");
    }
}
