using System.Diagnostics;
using System.Globalization;
using Prickle.Benchmarks.Processes;
using Prickle.Benchmarks.Reporting;
using Prickle.ClickHouse;

namespace Prickle.Benchmarks.Capture;

/// <summary>From HTTP to queryable: how many events a second, how fast the answers, at what cost; and the ceiling beside it.</summary>
static class CaptureBenchmark
{
    const int Clients = 16;

    public static async Task<IReadOnlyList<Metric>> RunAsync(Scale scale, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 256 });
        await using var engine = await MeasuredEngine.StartAsync(folder.Below("engine"), cancellationToken);
        await using var product = Product.Start(folder.Below("data"), engine.Url("prickle"));
        await product.ReadyAsync(http, cancellationToken);
        using var store = engine.Store("prickle");
        var load = new LoadGenerator(http, product.Address);
        var bodies = new LoadBodies(product.ProjectToken, seed: 1);
        // Compiling, and what is made once, is over after some seconds: it is told as a figure of its own.
        var warmUp = await SendAsync(load, store, bodies.Make(scale.Choose(2000, 200)), cancellationToken);
        var batch = bodies.Make(scale.Choose(8000, 800));
        await Ceiling.SettleAsync(store, cancellationToken);

        var before = Usage.Of(product, engine);
        var sustained = await SendAsync(load, store, batch, cancellationToken);
        var used = Usage.Of(product, engine) - before;

        var steady = bodies.Make((int)Math.Clamp(sustained.Rate / 2 * scale.Choose(15, 5) / (LoadBodies.BatchSize + 1), 50, 6000));
        var stored = await CountAsync(store, cancellationToken);
        var half = await load.SendSteadilyAsync(steady, sustained.Rate / 2, cancellationToken);
        await StoredAsync(store, stored + steady.Sum(body => body.Events), cancellationToken);
        var atEnd = ProcessUsage.Of(product.ProcessId);

        var tries = await new Ceiling(engine, http).MeasureAsync("prickle", scale.Choose(405_000, 45_000), cancellationToken);
        var best = tries.MaxBy(run => run.Rate)!;
        return
        [
            Metric.AtLeastShare("events from HTTP to queryable", Math.Round(sustained.Rate), "events/s", Math.Round(best.Rate), 0.6),
            new Metric("the same with the warm-up", Math.Round((warmUp + sustained).Rate), "events/s"),
            .. tries.Select(run => new Metric($"ceiling, {run.Streams} streams of {run.Rows:N0} rows", Math.Round(run.Rate), "events/s")),
            Metric.AtMost("p99 acknowledgement at half load", half.Percentile(0.99), "ms", 50),
            new Metric("p50 acknowledgement at half load", half.Percentile(0.5), "ms"),
            new Metric($"p99 acknowledgement at full load, {Clients} clients", sustained.Answers.Percentile(0.99), "ms"),
            new Metric("requests a second, acknowledged", Math.Round(batch.Count / sustained.Answers.Elapsed.TotalSeconds), "requests/s"),
            Metric.AtMost("memory of the application, peak", atEnd.PeakMegabytes, "MB", 300),
            new Metric("of it not of files, at the end of half load", atEnd.AnonymousMegabytes, "MB"),
            new Metric("memory of the engine, peak", ProcessUsage.Of(engine.ProcessId).PeakMegabytes, "MB"),
            new Metric("CPU of the application for a million events", PerMillion(used.Application, sustained.Events), "s"),
            new Metric("CPU of the engine for a million events", PerMillion(used.Engine, sustained.Events), "s"),
            new Metric("CPU of the load for a million events", PerMillion(used.Load, sustained.Events), "s"),
            new Metric("CPU of the engine for a million events at the ceiling", Math.Round(best.EngineCpu, 1), "s"),
            new Metric(
                "share of the ceiling by CPU, which neighbours hardly change",
                Math.Round(best.EngineCpu * sustained.Events / 1e6 / (used.Application + used.Engine + used.Load), 2), ""),
        ];
    }

    static double PerMillion(double seconds, int events) => Math.Round(seconds * 1e6 / events, 1);

    /// <summary>Sends all, waits until all can be asked for; gives events per second over both.</summary>
    static async Task<Sending> SendAsync(
        LoadGenerator load, ClickHouseStore store, IReadOnlyList<LoadBody> bodies, CancellationToken cancellationToken)
    {
        var before = await CountAsync(store, cancellationToken);
        var events = bodies.Sum(body => body.Events);
        var begun = Stopwatch.GetTimestamp();
        var answers = await load.SendAllAsync(bodies, Clients, cancellationToken);
        await StoredAsync(store, before + events, cancellationToken);
        return new Sending(events, Stopwatch.GetElapsedTime(begun), answers);
    }

    static async Task StoredAsync(ClickHouseStore store, long count, CancellationToken cancellationToken)
    {
        while (await CountAsync(store, cancellationToken) < count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(25), cancellationToken);
        }
    }

    static async Task<long> CountAsync(ClickHouseStore store, CancellationToken cancellationToken) =>
        Convert.ToInt64(await store.ScalarAsync("SELECT count() FROM events", null, cancellationToken), CultureInfo.InvariantCulture);

    /// <summary>Events on their way until the last can be asked for.</summary>
    sealed record Sending(int Events, TimeSpan Elapsed, LoadResult Answers)
    {
        public double Rate => Events / Elapsed.TotalSeconds;

        public static Sending operator +(Sending one, Sending other) =>
            new(one.Events + other.Events, one.Elapsed + other.Elapsed, other.Answers);
    }

    /// <summary>Seconds of processor.</summary>
    readonly record struct Usage(double Application, double Engine, double Load)
    {
        public static Usage Of(Product product, MeasuredEngine engine) => new(
            ProcessUsage.Of(product.ProcessId).CpuSeconds, ProcessUsage.Of(engine.ProcessId).CpuSeconds,
            ProcessUsage.Of(Environment.ProcessId).CpuSeconds);

        public static Usage operator -(Usage later, Usage earlier) => new(
            later.Application - earlier.Application, later.Engine - earlier.Engine, later.Load - earlier.Load);
    }
}
