using System.Globalization;
using Prickle.Benchmarks.Processes;
using Prickle.Benchmarks.Reporting;

namespace Prickle.Benchmarks.House;

/// <summary>
/// What House's pages wait for (a server that hangs among ten, a log of five million queries, a table of a hundred thousand parts),
/// and what watching takes from the one who is watched.
/// </summary>
static class HouseBenchmark
{
    const int Servers = 10;
    const double Second = 1000;

    public static async Task<IReadOnlyList<Metric>> RunAsync(Scale scale, CancellationToken cancellationToken)
    {
        await using var stage = await HouseStage.SetAsync(cancellationToken);
        return
        [
            .. await WatchingAsync(stage, scale, cancellationToken),
            .. await HangingAsync(stage, cancellationToken),
            .. await LogAsync(stage, scale, cancellationToken),
            .. await PartsAsync(stage, scale, cancellationToken),
        ];
    }

    /// <summary>What the sampler adds to servers that nobody else asks anything: an engine, and an old one.</summary>
    static async Task<IReadOnlyList<Metric>> WatchingAsync(HouseStage stage, Scale scale, CancellationToken cancellationToken)
    {
        var idle = await stage.EngineAsync("idle", cancellationToken);
        await using var old = await stage.OldServerAsync(cancellationToken);
        using var store = idle.Store("default");
        var (settle, span) = (scale.Choose(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(5)), scale.Choose(TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(30)));
        await Task.Delay(settle, cancellationToken);
        var alone = await SpanAsync();
        await stage.WatchAsync("Idle", idle, [HouseStage.NodeOf(idle)], cancellationToken);
        await stage.WatchAsync("Idle and old", null, [old.Address], cancellationToken);
        // The first looks learn what the servers have; what goes on is measured.
        await Task.Delay(settle + TimeSpan.FromSeconds(15), cancellationToken);
        var before = await QueriesAsync();
        var watched = await SpanAsync();
        var queries = (await QueriesAsync() - before) / span.TotalMinutes;
        await SayAsync($"watching: the engine {watched.Engine:F2} % of a core against {alone.Engine:F2} % alone, the old server {watched.Old:F2} % against {alone.Old:F2} %, {queries:F1} queries a minute");
        return
        [
            new Metric("queries a minute that watching asks of an idle server", Math.Round(queries, 1), "queries/min"),
            new Metric("processor of an idle engine that nobody watches", Math.Round(alone.Engine, 2), "% of a core"),
            Metric.AtMost("processor that watching adds to it", Math.Round(Math.Max(0, watched.Engine - alone.Engine), 2), "% of a core", 1),
            new Metric("processor of an idle ClickHouse 18.16 that nobody watches", Math.Round(alone.Old, 2), "% of a core"),
            Metric.AtMost("processor that watching adds to that", Math.Round(Math.Max(0, watched.Old - alone.Old), 2), "% of a core", 1),
        ];

        async Task<(double Engine, double Old)> SpanAsync()
        {
            var (engine, server) = (ProcessUsage.Of(idle.ProcessId).CpuSeconds, ProcessUsage.Of(old.ProcessId).CpuSeconds);
            await Task.Delay(span, cancellationToken);
            return (100 * (ProcessUsage.Of(idle.ProcessId).CpuSeconds - engine) / span.TotalSeconds, 100 * (ProcessUsage.Of(old.ProcessId).CpuSeconds - server) / span.TotalSeconds);
        }

        async Task<double> QueriesAsync()
        {
            await store.ExecuteAsync("SYSTEM FLUSH LOGS", null, cancellationToken);
            return Convert.ToDouble(
                await store.ScalarAsync("SELECT count() FROM system.query_log WHERE type = 'QueryFinish' AND startsWith(query_id, 'prickle-house-')", null, cancellationToken), CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Ten servers of which one hangs, and a cluster of ten nodes of which one hangs.</summary>
    static async Task<IReadOnlyList<Metric>> HangingAsync(HouseStage stage, CancellationToken cancellationToken)
    {
        await using var hanging = new HangingListener();
        var servers = new List<string>();
        for (var number = 1; number < Servers; number++)
        {
            servers.Add(await stage.WatchAsync($"Server {number}", stage.Engine, [HouseStage.NodeOf(stage.Engine)], cancellationToken));
        }
        servers.Add(await stage.WatchAsync("Hangs", stage.Engine, [hanging.Address], cancellationToken));
        var cluster = await stage.WatchAsync("Cluster", stage.Engine, [HouseStage.NodeOf(stage.Engine), hanging.Address], cancellationToken);
        // As the pages ask: the list, and what the overview of each shows. The first time nobody knows yet which one hangs.
        var (list, overview, counts) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < 5; round++)
        {
            list.Add((await stage.AskAsync("", cancellationToken)).Milliseconds);
            overview.AddRange((await Task.WhenAll(servers.Select(server => stage.AskAsync($"{server}/overview?range=1h", cancellationToken)))).Select(one => one.Milliseconds));
            counts.AddRange((await Task.WhenAll(servers.Append(cluster).Select(server => stage.AskAsync($"{server}/query_counts?range=1h", cancellationToken)))).Select(one => one.Milliseconds));
        }
        var answer = (await stage.AskAsync($"{cluster}/health/merges", cancellationToken)).Answer.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("state").GetString()).ToList();
        await SayAsync($"hanging: list {list.Max():F0} ms, overview {overview.Max():F0} ms, counts {counts.Max():F0} ms, nodes of the cluster {string.Join(", ", answer)}");
        return
        [
            Metric.AtMost("list of ten servers of which one hangs, the slowest of five", Math.Round(list.Max()), "ms", Second),
            Metric.AtMost("overview of each of them, all at once, the slowest of fifty", Math.Round(overview.Max()), "ms", Second),
            Metric.AtMost("what each of them and a cluster of which a node hangs logged, the slowest of fifty-five", Math.Round(counts.Max()), "ms", Second),
            new Metric("nodes named as failed where one of two hangs", answer.Count(state => state == "failed"), "", null, "1", answer.SequenceEqual(["answered", "failed"])),
        ];
    }

    /// <summary>Fingerprints over a week of queries, beside a bare scan of the same columns.</summary>
    static async Task<IReadOnlyList<Metric>> LogAsync(HouseStage stage, Scale scale, CancellationToken cancellationToken)
    {
        var rows = scale.Choose(5_000_000, 500_000);
        var world = new LogWorld(stage.Store);
        await world.FillAsync(rows, cancellationToken);
        var (scans, lists, details) = (new List<double>(), new List<double>(), new List<double>());
        var kinds = 0;
        for (var run = 0; run <= scale.Choose(5, 2); run++)
        {
            scans.Add(await TimeAsync(() => world.ScanAsync(cancellationToken)));
            // Another end makes a question of its own, whose answer is not kept from the one before.
            var to = DateTimeOffset.UtcNow.AddSeconds(run);
            var range = string.Create(CultureInfo.InvariantCulture, $"from={to.AddDays(-LogWorld.Days):yyyy-MM-ddTHH:mm:ssZ}&to={to:yyyy-MM-ddTHH:mm:ssZ}");
            var (answer, took) = await stage.AskAsync($"{HouseStage.Own}/queries?limit=100&{range}", cancellationToken);
            lists.Add(took);
            kinds = answer.GetProperty("count").GetInt32();
            var first = answer.GetProperty("results")[0].GetProperty("fingerprint").GetString();
            details.Add((await stage.AskAsync($"{HouseStage.Own}/queries/{first}?{range}", cancellationToken)).Milliseconds);
            await SayAsync($"log: scan {scans[^1]:F0} ms, fingerprints {took:F0} ms ({kinds}), one of them {details[^1]:F0} ms");
        }
        var (scan, list) = (Median(scans), Median(lists));
        return
        [
            new Metric($"fingerprints of {rows:n0} queries over seven days ({kinds} of them)", Math.Round(list), "ms", Math.Round(scan), "<= 2000 ms (a scan is the ceiling)", list <= 2 * Second),
            new Metric("one of them, closer, once the list is known", Math.Round(Median(details)), "ms"),
        ];
    }

    /// <summary>Storage pages over a table of very many parts.</summary>
    static async Task<IReadOnlyList<Metric>> PartsAsync(HouseStage stage, Scale scale, CancellationToken cancellationToken)
    {
        var parts = await new PartsWorld(stage.Store).FillAsync(scale.Choose(100_000, 5_000), scale.Choose(TimeSpan.FromMinutes(4), TimeSpan.FromSeconds(30)), cancellationToken);
        var metrics = new List<Metric>();
        foreach (var (name, path) in new[]
        {
            ("the first page of them, by size", "parts?database=parts&table=many&limit=100&order=-bytes"), ("a page in the middle", $"parts?database=parts&table=many&limit=100&order=name&offset={parts / 2}"),
            ("its partitions", "partitions?database=parts&table=many"), ("all tables with their sizes", "tables"), ("advice", "advice"),
        })
        {
            var times = new List<double>();
            for (var run = 0; run < 4; run++)
            {
                times.Add((await stage.AskAsync($"{HouseStage.Own}/{path}", cancellationToken)).Milliseconds);
            }
            await SayAsync($"{parts} parts: {name} {Median(times):F0} ms");
            metrics.Add(Metric.AtMost($"a table of {parts:n0} parts: {name}", Math.Round(Median(times)), "ms", name == "advice" ? 5 * Second : 2 * Second));
        }
        return metrics;
    }

    static async Task<double> TimeAsync(Func<Task> work)
    {
        var begun = System.Diagnostics.Stopwatch.GetTimestamp();
        await work();
        return System.Diagnostics.Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    static Task SayAsync(FormattableString words) => Console.Error.WriteLineAsync(words.ToString(CultureInfo.InvariantCulture));

    // The first warms up.
    static double Median(List<double> times) => times.Skip(1).Order().ElementAt((times.Count - 1) / 2);
}
