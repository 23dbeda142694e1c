using System.Diagnostics;
using System.Globalization;
using Prickle.Benchmarks.Reporting;

namespace Prickle.Benchmarks.Insights;

/// <summary>Each kind of insight through the API, beside the bare SQL that answers it; how both grow; and a dashboard at once.</summary>
static class InsightsBenchmark
{
    const int AtOnce = 20;

    public static async Task<IReadOnlyList<Metric>> RunAsync(Scale scale, CancellationToken cancellationToken)
    {
        await using var stage = await InsightStage.SetAsync(scale, cancellationToken);
        var runs = scale.Choose(11, 2);
        var metrics = new List<Metric>();
        var sumOfBare = 0.0;
        foreach (var one in InsightCases.All)
        {
            var (bare, api) = await MeasureAsync(stage, one, stage.Many, runs, cancellationToken);
            var (bareOfFew, apiOfFew) = await MeasureAsync(stage, one, stage.Few, runs, cancellationToken);
            sumOfBare += bare * AtOnce / InsightCases.All.Count;
            var most = (one.Share * bare) + 20;
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{one.Name}: API {api:F1} ms, bare {bare:F1} ms"));
            metrics.Add(new Metric(
                one.Name, Math.Round(api, 1), "ms", Math.Round(bare, 1), $"<= {one.Share.ToString(CultureInfo.InvariantCulture)} x bare SQL + 20 ms", api <= most));
            metrics.Add(new Metric($"{one.Name}: growth over ten times the events (bare {bare / bareOfFew:F1})", Math.Round(api / apiOfFew, 1), "times"));
        }
        metrics.Add(await AtOnceAsync(stage, sumOfBare, cancellationToken));
        return metrics;
    }

    // In turns, so that a neighbour's load meets both.
    static async Task<(double Bare, double Api)> MeasureAsync(InsightStage stage, InsightCase one, int project, int runs, CancellationToken cancellationToken)
    {
        var (bare, api) = (new List<double>(), new List<double>());
        for (var run = 0; run <= runs; run++)
        {
            var begun = Stopwatch.GetTimestamp();
            await stage.Store.ListAsync(one.SqlOf(project), row => row.GetValue(0), cancellationToken: cancellationToken);
            bare.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            begun = Stopwatch.GetTimestamp();
            await AskAsync(stage, project, one, cancellationToken);
            api.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
        return (Median(bare), Median(api));

        // The first of each warms up.
        static double Median(List<double> times) => times.Skip(1).Order().ElementAt((times.Count - 1) / 2);
    }

    static async Task<Metric> AtOnceAsync(InsightStage stage, double sumOfBare, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(index =>
            AskAsync(stage, stage.Many, InsightCases.All[index % InsightCases.All.Count], cancellationToken, index)));
        var took = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        return new Metric(
            $"{AtOnce} questions at once", Math.Round(took), "ms", Math.Round(sumOfBare), "<= 1.3 x the sum of their bare times", took <= 1.3 * sumOfBare);
    }

    // A day less makes a question of its own: it shares no answer with another.
    static Task AskAsync(InsightStage stage, int project, InsightCase one, CancellationToken cancellationToken, int variant = 0) => stage.PostAsync(
        project, "query", new { query = one.QueryUntil(InsightWorld.LastDay.AddDays(-(variant / InsightCases.All.Count))), refresh = "force_blocking" }, cancellationToken);
}
