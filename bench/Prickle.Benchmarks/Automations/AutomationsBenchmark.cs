using System.Diagnostics;
using Prickle.Benchmarks.Processes;
using Prickle.Benchmarks.Reporting;

namespace Prickle.Benchmarks.Automations;

/// <summary>
/// What automations cost: what a thousand of them add to taking events in, how long it takes from an event to its message, how
/// many messages leave in a second, and what a hundred thousand waiting runs weigh.
/// </summary>
static class AutomationsBenchmark
{
    const int Automations = 1000;

    public static async Task<IReadOnlyList<Metric>> RunAsync(Scale scale, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        await using var receiver = await WebhookReceiver.StartAsync(cancellationToken);
        await using var product = Product.Start(
            folder.Below("data"), null, ("RateLimits__ApiPerMinute", "100000000"), ("RateLimits__ApiPerHour", "100000000"), ("Outbound__AllowsPrivateAddresses", "true"));
        await product.ReadyAsync(http, cancellationToken);
        var world = new AutomationWorld(http, product, receiver.Address);
        world.SignIn();
        var events = scale.Choose(100_000, 10_000);

        // Compiling is over after the first three; the best of three, because a merge of the store takes turns with them.
        await BestAsync(product, world, events, "warm", cancellationToken);
        var without = await BestAsync(product, world, events, "without", cancellationToken);
        for (var number = 0; number < Automations; number++)
        {
            await world.PublishAsync($"task {number}", cancellationToken);
        }
        var matching = await BestAsync(product, world, events, "matching", cancellationToken);
        var acting = await IngestAsync(product, world, events, "acting", cancellationToken, number => number % 10 == 0 ? $"task {number / 10 % Automations}" : "looked");
        var begun = Stopwatch.GetTimestamp();
        await receiver.ReachedAsync(events / 10, cancellationToken);
        var afterwards = Stopwatch.GetElapsedTime(begun);
        var twice = receiver.Twice;

        var deliveries = await DeliveriesAsync(world, receiver, scale.Choose(10_000, 1000), cancellationToken);
        receiver.Forget();
        var steady = scale.Choose(400, 60);
        await world.SendSteadilyAsync(
            world.Bodies(steady * 50, "steady", number => number % 10 == 0 ? $"task {number % Automations}" : "looked"), TimeSpan.FromMilliseconds(100), cancellationToken);
        await receiver.ReachedAsync(steady * 5, cancellationToken);
        var (p50, p99) = (receiver.Percentile(0.5), receiver.Percentile(0.99));
        return
        [
            new Metric("events a second without automations", without.Rate, "events/s"),
            new Metric("processor of the application for a million events without automations", without.Cpu, "s"),
            new Metric("the same with 1,000 that none of them fits", matching.Cpu, "s"),
            Metric.AtMost("what matching adds to the processor", Math.Round((matching.Cpu / without.Cpu - 1) * 100, 1), "%", 10),
            new Metric("events a second while every tenth begins a run", acting.Rate, "events/s", without.Rate),
            new Metric("runs were over after the last event was stored by", Math.Round(afterwards.TotalSeconds, 1), "s"),
            Metric.AtMost("messages that came twice", twice, "", 0),
            new Metric("messages a second to a local webhook", deliveries, "messages/s", null, ">= 500 messages/s", deliveries >= 500),
            new Metric("p50 from capture to the message, 500 events/s", p50, "ms"),
            Metric.AtMost("p99 from capture to the message, 500 events/s", p99, "ms", 2000),
            .. await WaitingAsync(scale, product, world, receiver, cancellationToken),
        ];
    }

    static async Task<(double Rate, double Cpu)> BestAsync(Product product, AutomationWorld world, int events, string who, CancellationToken cancellationToken)
    {
        var rounds = new List<(double Rate, double Cpu)>();
        for (var round = 1; round <= 3; round++)
        {
            rounds.Add(await IngestAsync(product, world, events, $"{who} {round}", cancellationToken));
        }
        return (rounds.Max(one => one.Rate), rounds.Min(one => one.Cpu));
    }

    static async Task<(double Rate, double Cpu)> IngestAsync(
        Product product, AutomationWorld world, int events, string who, CancellationToken cancellationToken, Func<int, string>? names = null)
    {
        var (begun, cpu) = (Stopwatch.GetTimestamp(), ProcessUsage.Of(product.ProcessId).CpuSeconds);
        await world.SendAsync(world.Bodies(events, who, names ?? (_ => "looked")), cancellationToken);
        await world.StoredAsync(who, events, cancellationToken);
        return (Math.Round(events / Stopwatch.GetElapsedTime(begun).TotalSeconds), Math.Round((ProcessUsage.Of(product.ProcessId).CpuSeconds - cpu) * 1e6 / events, 1));
    }

    static async Task<double> DeliveriesAsync(AutomationWorld world, WebhookReceiver receiver, int count, CancellationToken cancellationToken)
    {
        receiver.Forget();
        var begun = Stopwatch.GetTimestamp();
        await world.SendAsync(world.Bodies(count, "flood", number => $"task {number % Automations}"), cancellationToken);
        await receiver.ReachedAsync(count, cancellationToken);
        return Math.Round(count / Stopwatch.GetElapsedTime(begun).TotalSeconds);
    }

    static async Task<IReadOnlyList<Metric>> WaitingAsync(Scale scale, Product product, AutomationWorld world, WebhookReceiver receiver, CancellationToken cancellationToken)
    {
        var (waiting, waking) = (scale.Choose(100_000, 5000), scale.Choose(1000, 100));
        await world.PublishPausingAsync("waits long", "2h", cancellationToken);
        await world.PublishPausingAsync("waits briefly", "20s", cancellationToken);
        var before = ProcessUsage.Of(product.ProcessId).AnonymousMegabytes;
        var after = await HeldAsync("waiting");
        // What the work of beginning them took is taken once; what waiting takes would be taken again.
        var twice = await HeldAsync("waiting too");
        receiver.Forget();
        await world.SendAsync(world.Bodies(waking, "waking", _ => "waits briefly"), cancellationToken);
        await receiver.ReachedAsync(waking, cancellationToken);
        return
        [
            new Metric($"memory that is not of files, before {waiting:N0} runs wait", before, "MB"),
            new Metric("while they wait", after, "MB"),
            new Metric("while as many again wait", twice, "MB", after),
            new Metric("p50 of how late a pause of 20 s ends, beside them", receiver.Percentile(0.5) - 20_000, "ms"),
            Metric.AtMost("p99 of the same", receiver.Percentile(0.99) - 20_000, "ms", 2000),
        ];

        async Task<double> HeldAsync(string who)
        {
            await world.SendAsync(world.Bodies(waiting, who, _ => "waits long"), cancellationToken);
            await world.StoredAsync(who, waiting, cancellationToken);
            // Until all have come to their pause.
            await Task.Delay(TimeSpan.FromSeconds(scale.Choose(60, 10)), cancellationToken);
            return ProcessUsage.Of(product.ProcessId).AnonymousMegabytes;
        }
    }
}
