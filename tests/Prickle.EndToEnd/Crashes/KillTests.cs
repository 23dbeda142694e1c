using System.Net;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Crashes;

/// <summary>kill -9 under load: what was acknowledged is there, once.</summary>
[Collection(CrashCollection.Name)]
public sealed class KillTests
{
    const int Senders = 4;

    // A few rounds of the pipeline: the kill comes while some events are stored, some wait, and some are under way.
    const int EventsBetween = 300;

    enum Victim
    {
        Application,
        Engine,
        Both,
    }

    [Fact]
    public async Task Ten_kills_of_the_application_the_engine_and_both_lose_and_double_nothing()
    {
        Victim[] rounds =
        [
            Victim.Application, Victim.Engine, Victim.Both, Victim.Application, Victim.Engine,
            Victim.Both, Victim.Application, Victim.Engine, Victim.Both, Victim.Application,
        ];
        await using var running = await Running.StartAsync();
        var project = await running.Api.NewProjectAsync("kills");
        await using var senders = new SteadySenders(running.Process, project, Senders);

        foreach (var victim in rounds)
        {
            await senders.WaitForMoreAsync(EventsBetween);
            await KillAsync(running.Process, victim);
        }
        await senders.WaitForMoreAsync(EventsBetween);
        await running.Process.WaitUntilReadyAsync();

        await running.ShouldHoldOnceAsync(project, await senders.StopAsync());
        senders.Surprises.ShouldBeEmpty();
    }

    static async Task KillAsync(ProductProcess product, Victim victim)
    {
        var engine = await Eventually.GetAsync(
            "the engine runs", () => Task.FromResult(product.Engine), TimeSpan.FromSeconds(30), () => Task.FromResult(product.Log));
        if (victim is Victim.Engine)
        {
            product.KillEngine();
            await Eventually.HoldsAsync(
                "another engine runs", () => Task.FromResult(product.Engine is { } next && next.ProcessId != engine.ProcessId),
                TimeSpan.FromSeconds(30), () => Task.FromResult(product.Log));
            return;
        }
        if (victim is Victim.Both)
        {
            product.KillBoth();
        }
        else
        {
            product.KillApplication();
        }
        await product.WaitForExitAsync();
        product.Start();
    }

    [Fact]
    public async Task Capture_goes_on_while_the_engine_is_down_and_the_backlog_drains()
    {
        await using var running = await Running.StartAsync();
        var project = await running.Api.NewProjectAsync("engine down");
        var engineFolder = Path.Combine(running.Process.DataFolder, "engine");
        var away = engineFolder + "-away";
        await using var senders = new SteadySenders(running.Process, project, Senders);
        await senders.WaitForMoreAsync(EventsBetween);

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
        // Ten times what came before; and none of it may have been refused.
        await senders.WaitForMoreAsync(10 * EventsBetween);
        // (A process is there now and then: the supervisor goes on trying.)
        (await running.Process.ReadinessAsync()).ShouldNotBeNull().Status.ShouldBe(HttpStatusCode.ServiceUnavailable);

        File.Delete(engineFolder);
        Directory.Move(away, engineFolder);
        await running.ShouldHoldOnceAsync(project, await senders.StopAsync());
        senders.Surprises.ShouldBeEmpty();
        await running.Process.WaitUntilReadyAsync();
    }
}
