using Prickle.Ui.Values;

namespace Prickle.Tests.Ui.Values;

public sealed class MomentTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "now")]
    [InlineData(3, "3 s ago")]
    [InlineData(59, "59 s ago")]
    [InlineData(60, "1 min ago")]
    [InlineData(3599, "59 min ago")]
    [InlineData(3600, "1 h ago")]
    [InlineData(86_400, "1 d ago")]
    [InlineData(29 * 86_400, "29 d ago")]
    [InlineData(30 * 86_400, "30 Jan 2026")]
    [InlineData(-120, "in 2 min")]
    public void A_moment_is_told_by_its_distance(int secondsAgo, string words) =>
        Moment.Describe(Now.AddSeconds(-secondsAgo), Now).ShouldBe(words);

    [Fact]
    public void The_exact_time_names_its_zone()
    {
        Moment.Exact(Now, TimeZoneInfo.Utc).ShouldBe("2026-03-01 12:00:00.000 UTC");
        Moment.Exact(Now, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"))
            .ShouldBe("2026-03-01 13:00:00.000 Europe/Berlin (UTC+01:00)");
    }

    [Theory]
    [InlineData(0.4, "0 s")]
    [InlineData(59.9, "59 s")]
    [InlineData(200, "3 min 20 s")]
    [InlineData(7500, "2 h 5 min")]
    [InlineData(90_000, "25 h 0 min")]
    public void A_span_is_told_in_two_units(double seconds, string words) =>
        Moment.Describe(TimeSpan.FromSeconds(seconds)).ShouldBe(words);
}
