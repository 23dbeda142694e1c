using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Prickle.Benchmarks.Insights;
using Prickle.Benchmarks.Reporting;

namespace Prickle.Benchmarks.Dashboards;

/// <summary>
/// A dashboard of twelve tiles over five million events, asked as its page asks (four tiles at a time): computed anew, and
/// from the cache, beside the sum of the bare SQL of its tiles; and how long making one from each template takes.
/// </summary>
static class DashboardBenchmark
{
    const int Tiles = 12;
    const int AtOnce = 4;

    public static async Task<IReadOnlyList<Metric>> RunAsync(Scale scale, CancellationToken cancellationToken)
    {
        await using var stage = await InsightStage.SetAsync(scale, cancellationToken);
        var (dashboard, tiles) = await MakeAsync(stage, cancellationToken);
        var runs = scale.Choose(5, 2);
        var (bare, cold, first, cached) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        // In turns, so that a neighbour's load meets all. The first of each warms up.
        for (var run = 0; run <= runs; run++)
        {
            bare.Add(await BareAsync(stage, cancellationToken));
            var (firstTile, lastTile) = await AskAsync(stage, dashboard, tiles, "force_blocking", cancellationToken);
            (cold, first) = ([.. cold, lastTile], [.. first, firstTile]);
            cached.Add((await AskAsync(stage, dashboard, tiles, "blocking", cancellationToken)).Last);
            await Console.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"bare {bare[^1]:F0} ms, cold {cold[^1]:F0} ms (first tile {first[^1]:F0} ms), cached {cached[^1]:F0} ms"));
        }
        var (ceiling, took) = (Median(bare), Median(cold));
        return
        [
            new Metric($"{Tiles} tiles, computed anew", Math.Round(took), "ms", Math.Round(ceiling), "<= 1.3 x the sum of the bare SQL", took <= 1.3 * ceiling),
            Metric.AtMost("first tile, computed anew", Math.Round(Median(first)), "ms", 1000),
            Metric.AtMost($"{Tiles} tiles, from the cache", Math.Round(Median(cached), 1), "ms", 150),
            .. await TemplatesAsync(stage, cancellationToken),
        ];
    }

    // The ten kinds of questions, and two of them again over a day less.
    static IEnumerable<(InsightCase Case, int Variant)> Cases => Enumerable.Range(0, Tiles).Select(index => (InsightCases.All[index % InsightCases.All.Count], index / InsightCases.All.Count));

    static async Task<(int Dashboard, IReadOnlyList<int> Tiles)> MakeAsync(InsightStage stage, CancellationToken cancellationToken)
    {
        var made = await stage.PostAsync(stage.Many, "dashboards", new
        {
            name = "Twelve",
            tiles = Cases.Select(one => new { kind = "insight", new_insight = new { name = one.Case.Name, query = one.Case.QueryUntil(InsightWorld.LastDay.AddDays(-one.Variant)) } }),
        }, cancellationToken);
        return (made.GetProperty("id").GetInt32(), [.. made.GetProperty("tiles").EnumerateArray().Select(tile => tile.GetProperty("id").GetInt32())]);
    }

    static async Task<double> BareAsync(InsightStage stage, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        foreach (var (one, _) in Cases)
        {
            await stage.Store.ListAsync(one.SqlOf(stage.Many), row => row.GetValue(0), cancellationToken: cancellationToken);
        }
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    static async Task<(double First, double Last)> AskAsync(
        InsightStage stage, int dashboard, IReadOnlyList<int> tiles, string refresh, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        var first = double.MaxValue;
        var gate = new Lock();
        await Parallel.ForEachAsync(tiles, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (tile, stop) =>
        {
            await stage.PostAsync(stage.Many, $"dashboards/{dashboard}/tiles/{tile}/answer", new { refresh }, stop);
            lock (gate)
            {
                first = Math.Min(first, Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
        });
        return (first, Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
    }

    static async Task<IReadOnlyList<Metric>> TemplatesAsync(InsightStage stage, CancellationToken cancellationToken)
    {
        var listed = await stage.Http.GetStringAsync(new Uri(stage.Product.Address, $"api/projects/{stage.Many}/dashboard_templates"), cancellationToken);
        var slowest = (Key: "", Took: 0.0);
        foreach (var template in JsonElement.Parse(listed).GetProperty("results").EnumerateArray())
        {
            var key = template.GetProperty("key").GetString()!;
            var begun = Stopwatch.GetTimestamp();
            await stage.PostAsync(stage.Many, $"dashboard_templates/{key}/dashboards", new { }, cancellationToken);
            var took = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            slowest = took > slowest.Took ? (key, took) : slowest;
        }
        return [Metric.AtMost($"making a dashboard from a template, the slowest ({slowest.Key})", Math.Round(slowest.Took), "ms", 2000)];
    }

    static double Median(List<double> times) => times.Skip(1).Order().ElementAt((times.Count - 1) / 2);
}
