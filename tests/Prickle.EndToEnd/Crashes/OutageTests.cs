using System.Diagnostics;
using System.Net;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Crashes;

/// <summary>A minute without the engine. Mostly waiting: other tests run beside it.</summary>
public sealed class OutageTests
{
    const int Senders = 4;
    const int EventsBefore = 300;

    static readonly TimeSpan Outage = TimeSpan.FromMinutes(1);

    // As much as a busy product sends; faster would only keep the machine from the other tests.
    static readonly TimeSpan BetweenBatches = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Capture_goes_on_while_the_engine_is_down_for_a_minute_and_the_backlog_drains()
    {
        await using var running = await Running.StartAsync();
        var project = await running.Api.NewProjectAsync("engine down");
        var engineFolder = Path.Combine(running.Process.DataFolder, "engine");
        var away = engineFolder + "-away";
        await using var senders = new SteadySenders(running.Process, project, Senders, BetweenBatches);
        await senders.WaitForMoreAsync(EventsBefore);

        // With a file where its folder was, the engine cannot be started again.
        running.Process.KillEngine();
        Directory.Move(engineFolder, away);
        await File.WriteAllTextAsync(engineFolder, "");
        await Eventually.HoldsAsync("the engine is gone", () => Task.FromResult(running.Process.Engine is null));
        await Eventually.HoldsAsync("the product says that it cannot show anything", async () =>
            await running.Process.ReadinessAsync() is (HttpStatusCode.ServiceUnavailable, var body)
            && body.Contains("analytical_store", StringComparison.Ordinal));
        (await running.Process.HealthAsync("capture")).ShouldNotBeNull().Status.ShouldBe(HttpStatusCode.OK);
        (await running.Process.HealthAsync("live")).ShouldNotBeNull().Status.ShouldBe(HttpStatusCode.OK);
        // A minute, and at least ten times what came before; none of it may be refused.
        var (before, begun) = (senders.Acknowledged, Stopwatch.GetTimestamp());
        await Eventually.HoldsAsync(
            "a minute of events is acknowledged",
            () => Task.FromResult(Stopwatch.GetElapsedTime(begun) >= Outage && senders.Acknowledged >= before + (10 * EventsBefore)),
            2 * Outage, () => Task.FromResult($"There are {senders.Acknowledged - before}.\n{running.Process.Log}"));
        senders.Refused.ShouldBe(0);
        // (A process is there now and then: the supervisor goes on trying.)
        (await running.Process.ReadinessAsync()).ShouldNotBeNull().Status.ShouldBe(HttpStatusCode.ServiceUnavailable);

        File.Delete(engineFolder);
        Directory.Move(away, engineFolder);
        await running.ShouldHoldOnceAsync(project, await senders.StopAsync());
        senders.Surprises.ShouldBeEmpty();
        await running.Process.WaitUntilReadyAsync();
    }
}
