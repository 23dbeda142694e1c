using Prickle.ClickHouse.Supervision;

namespace Prickle.Tests.ClickHouse.Supervision;

public sealed class RestartDelayTests
{
    static readonly TimeSpan Briefly = TimeSpan.FromSeconds(1);

    [Fact]
    public void The_pause_doubles_up_to_ten_seconds()
    {
        var delay = new RestartDelay();

        Enumerable.Range(0, 8).Select(_ => delay.Next(Briefly).TotalSeconds).ShouldBe([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10]);
    }

    [Fact]
    public void A_healthy_minute_makes_it_short_again()
    {
        var delay = new RestartDelay();
        delay.Next(Briefly);
        delay.Next(Briefly);

        delay.Next(TimeSpan.FromMinutes(1)).ShouldBe(TimeSpan.FromSeconds(0.2));
    }
}
