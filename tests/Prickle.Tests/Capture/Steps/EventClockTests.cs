using Prickle.Capture;
using Prickle.Capture.Steps;

namespace Prickle.Tests.Capture.Steps;

public sealed class EventClockTests
{
    static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_offset_beats_everything() =>
        Decide(new ClientClock("2020-01-01T00:00:00Z", 1500, Now.AddHours(1), false)).ShouldBe(At(Now.AddSeconds(-1.5)));

    [Fact]
    public void A_client_whose_clock_is_an_hour_fast_is_corrected_by_its_sent_at() =>
        // It says 12:59:50 and sends at 13:00:00 by its own clock, which is 12:00:00 here.
        Decide(new ClientClock("2026-05-01T12:59:50Z", null, Now.AddHours(1), false)).ShouldBe(At(Now.AddSeconds(-10)));

    [Fact]
    public void Without_sent_at_or_when_told_to_the_timestamp_is_taken_as_it_is()
    {
        Decide(new ClientClock("2026-05-01T11:00:00Z", null, null, false)).ShouldBe(At(Now.AddHours(-1)));
        Decide(new ClientClock("2026-05-01T11:00:00Z", null, Now.AddHours(5), true)).ShouldBe(At(Now.AddHours(-1)));
    }

    [Theory]
    [InlineData("2026-05-01T11:00:00.1234567+00:00", "2026-05-01T11:00:00.1234567Z")]
    [InlineData("2026-05-01T14:00:00+03", "2026-05-01T11:00:00Z")]
    [InlineData("2026-05-01T14:00:00+0300", "2026-05-01T11:00:00Z")]
    [InlineData("2026-05-01 11:00:00", "2026-05-01T11:00:00Z")]
    [InlineData("2026-05-01T11:00:00", "2026-05-01T11:00:00Z")]
    [InlineData("2026-05-01", "2026-05-01T00:00:00Z")]
    [InlineData("1777633200", "2026-05-01T11:00:00Z")]
    [InlineData("1777633200000", "2026-05-01T11:00:00Z")]
    public void Every_usual_form_of_a_time_is_read(string text, string expected) =>
        Decide(new ClientClock(text, null, null, false)).ShouldBe(At(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void What_cannot_be_read_happened_now() =>
        Decide(new ClientClock("yesterday", null, null, false)).ShouldBe(new ClockVerdict(Now, DropReason.InvalidTimestamp));

    [Fact]
    public void More_than_twenty_three_hours_ahead_is_now()
    {
        Decide(new ClientClock("2026-05-02T10:59:59Z", null, null, false)).ShouldBe(At(Now.AddHours(23).AddSeconds(-1)));
        Decide(new ClientClock("2026-05-02T11:00:01Z", null, null, false)).ShouldBe(new ClockVerdict(Now, DropReason.TimestampInFuture));
    }

    [Theory]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("10000-01-01T00:00:00Z")]
    [InlineData("+012026-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00Z")]
    public void Years_that_no_store_holds_are_put_at_the_epoch(string text) =>
        Decide(new ClientClock(text, null, null, false)).ShouldBe(new ClockVerdict(DateTimeOffset.UnixEpoch, DropReason.InvalidTimestamp));

    [Fact]
    public void An_absurd_offset_is_put_at_the_epoch() =>
        Decide(new ClientClock(null, 1e300, null, false)).ShouldBe(new ClockVerdict(DateTimeOffset.UnixEpoch, DropReason.InvalidTimestamp));

    [Theory]
    [InlineData("1777636800000", true)]
    [InlineData("1777636800", false)] // seconds: as milliseconds that is January 1970
    [InlineData("garbage", false)]
    public void The_query_carries_epoch_milliseconds_or_nothing(string text, bool isTaken) =>
        EventClock.FromEpochMilliseconds(text).ShouldBe(isTaken ? Now : null);

    static ClockVerdict Decide(ClientClock clock) => EventClock.Decide(clock, Now);

    static ClockVerdict At(DateTimeOffset time) => new(time, null);
}
