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
    const int RowsPerInsert = 5000;

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
        await SendAsync(load, store, bodies.Make(scale.Choose(200, 60)), cancellationToken);
        await Ceiling.SettleAsync(store, cancellationToken);

        var (product0, engine0) = (ProcessUsage.Of(product.ProcessId), ProcessUsage.Of(engine.ProcessId));
        var batch = bodies.Make(scale.Choose(3000, 500));
        var (sustained, answers) = await SendAsync(load, store, batch, cancellationToken);
        var (product1, engine1) = (ProcessUsage.Of(product.ProcessId), ProcessUsage.Of(engine.ProcessId));

        var steady = bodies.Make((int)Math.Clamp(sustained / 2 * scale.Choose(15, 5) / (LoadBodies.BatchSize + 1), 50, 4000));
        var before = await CountAsync(store, cancellationToken);
        var half = await load.SendSteadilyAsync(steady, sustained / 2, cancellationToken);
        await StoredAsync(store, before + steady.Sum(body => body.Events), cancellationToken);
        var atEnd = ProcessUsage.Of(product.ProcessId);

        var tries = await new Ceiling(engine, http).MeasureAsync("prickle", RowsPerInsert, scale.Choose(20, 5), cancellationToken);
        var best = tries.MaxBy(run => run.Rate)!;
        var events = batch.Sum(body => body.Events);
        return
        [
            Metric.AtLeastShare("events from HTTP to queryable", Math.Round(sustained), "events/s", Math.Round(best.Rate), 0.6),
            .. tries.Select(run => new Metric($"ceiling, {run.Streams} streams of {RowsPerInsert:N0} rows", Math.Round(run.Rate), "events/s")),
            Metric.AtMost("p99 acknowledgement at half load", half.Percentile(0.99), "ms", 50),
            new Metric("p50 acknowledgement at half load", half.Percentile(0.5), "ms"),
            new Metric($"p99 acknowledgement at full load, {Clients} clients", answers.Percentile(0.99), "ms"),
            new Metric("requests a second, acknowledged", Math.Round(batch.Count / answers.Elapsed.TotalSeconds), "requests/s"),
            Metric.AtMost("memory of the application, peak", atEnd.PeakMegabytes, "MB", 300),
            new Metric("memory of the engine, peak", engine1.PeakMegabytes, "MB"),
            new Metric("CPU of the application for a million events", Math.Round((product1.CpuSeconds - product0.CpuSeconds) * 1e6 / events, 1), "s"),
            new Metric("CPU of the engine for a million events", Math.Round((engine1.CpuSeconds - engine0.CpuSeconds) * 1e6 / events, 1), "s"),
            new Metric("CPU of the engine for a million events at the ceiling", Math.Round(best.EngineCpu, 1), "s"),
        ];
    }

    /// <summary>Sends all, waits until all can be asked for; gives events per second over both.</summary>
    static async Task<(double Sustained, LoadResult Answers)> SendAsync(
        LoadGenerator load, ClickHouseStore store, IReadOnlyList<LoadBody> bodies, CancellationToken cancellationToken)
    {
        var before = await CountAsync(store, cancellationToken);
        var events = bodies.Sum(body => body.Events);
        var begun = Stopwatch.GetTimestamp();
        var answers = await load.SendAllAsync(bodies, Clients, cancellationToken);
        await StoredAsync(store, before + events, cancellationToken);
        return (events / Stopwatch.GetElapsedTime(begun).TotalSeconds, answers);
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
}
