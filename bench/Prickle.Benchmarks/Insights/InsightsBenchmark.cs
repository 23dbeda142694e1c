using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Prickle.Benchmarks.Processes;
using Prickle.Benchmarks.Reporting;
using Prickle.ClickHouse;

namespace Prickle.Benchmarks.Insights;

/// <summary>Each kind of insight through the API, beside the bare SQL that answers it; how both grow; and a dashboard at once.</summary>
static class InsightsBenchmark
{
    const int Many = 5_000_000;
    const int Few = 500_000;
    const int AtOnce = 20;

    public static async Task<IReadOnlyList<Metric>> RunAsync(Scale scale, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(3) };
        // Made once and kept: five million rows take minutes.
        await using var engine = await MeasuredEngine.StartAsync(Path.Combine(Build.Kept, scale.IsQuick ? "insights-quick" : "insights"), cancellationToken);
        await using var product = Product.Start(folder.Below("data"), engine.Url("prickle"));
        await product.ReadyAsync(http, cancellationToken);
        await engine.PrepareAsync("prickle", cancellationToken);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", product.PersonalApiKey);
        using var store = engine.Store("prickle");
        var (few, many) = (await ProjectAsync(http, product, "Few", cancellationToken), await ProjectAsync(http, product, "Many", cancellationToken));
        var world = new InsightWorld(store);
        await world.FillAsync(few, scale.Choose(Few, Few / 10), cancellationToken);
        await world.FillAsync(many, scale.Choose(Many, Few), cancellationToken);

        var runs = scale.Choose(5, 2);
        var metrics = new List<Metric>();
        var sumOfBare = 0.0;
        foreach (var one in InsightCases.All)
        {
            var (bare, api) = await MeasureAsync(http, product, store, one, many, runs, cancellationToken);
            var (bareOfFew, apiOfFew) = await MeasureAsync(http, product, store, one, few, runs, cancellationToken);
            sumOfBare += bare * AtOnce / InsightCases.All.Count;
            var most = (one.Share * bare) + 20;
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{one.Name}: API {api:F1} ms, bare {bare:F1} ms"));
            metrics.Add(new Metric(
                one.Name, Math.Round(api, 1), "ms", Math.Round(bare, 1), $"<= {one.Share.ToString(CultureInfo.InvariantCulture)} x bare SQL + 20 ms", api <= most));
            metrics.Add(new Metric($"{one.Name}: growth over ten times the events (bare {bare / bareOfFew:F1})", Math.Round(api / apiOfFew, 1), "times"));
        }
        metrics.Add(await AtOnceAsync(http, product, many, sumOfBare, cancellationToken));
        return metrics;
    }

    // In turns, so that a neighbour's load meets both.
    static async Task<(double Bare, double Api)> MeasureAsync(
        HttpClient http, Product product, ClickHouseStore store, InsightCase one, int project, int runs, CancellationToken cancellationToken)
    {
        var (bare, api) = (new List<double>(), new List<double>());
        for (var run = 0; run <= runs; run++)
        {
            var begun = Stopwatch.GetTimestamp();
            var sql = one.Sql.Replace("{where}", InsightWorld.Where(project), StringComparison.Ordinal)
                .Replace("{project}", project.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            await store.ListAsync(sql, row => row.GetValue(0), cancellationToken: cancellationToken);
            bare.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            begun = Stopwatch.GetTimestamp();
            await AskAsync(http, product, project, one, cancellationToken);
            api.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
        return (Median(bare), Median(api));

        // The first of each warms up.
        static double Median(List<double> times) => times.Skip(1).Order().ElementAt((times.Count - 1) / 2);
    }

    static async Task<Metric> AtOnceAsync(HttpClient http, Product product, int project, double sumOfBare, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(index =>
            AskAsync(http, product, project, InsightCases.All[index % InsightCases.All.Count], cancellationToken, index)));
        var took = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        return new Metric(
            $"{AtOnce} questions at once", Math.Round(took), "ms", Math.Round(sumOfBare), "<= 1.3 x the sum of their bare times", took <= 1.3 * sumOfBare);
    }

    static async Task AskAsync(HttpClient http, Product product, int project, InsightCase one, CancellationToken cancellationToken, int variant = 0)
    {
        // A day less makes a question of its own: it shares no answer with another.
        var to = InsightWorld.LastDay.AddDays(-(variant / InsightCases.All.Count)).ToString("O", CultureInfo.InvariantCulture);
        var query = one.Query.Replace("DATES", JsonSerializer.Serialize(new { date_from = InsightWorld.From, date_to = to }), StringComparison.Ordinal);
        using var body = JsonContent.Create(new { query = JsonSerializer.Deserialize<JsonElement>(query), refresh = "force_blocking" });
        using var reply = await http.PostAsync(new Uri(product.Address, $"api/projects/{project}/query"), body, cancellationToken);
        if (!reply.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{one.Name}: {(int)reply.StatusCode} {await reply.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }

    // Each run's product is new and gives the same numbers to its projects, so the kept events are theirs.
    static async Task<int> ProjectAsync(HttpClient http, Product product, string name, CancellationToken cancellationToken)
    {
        using var reply = await http.PostAsJsonAsync(new Uri(product.Address, "api/projects"), new { name }, cancellationToken);
        reply.EnsureSuccessStatusCode();
        return (await reply.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("id").GetInt32();
    }
}
