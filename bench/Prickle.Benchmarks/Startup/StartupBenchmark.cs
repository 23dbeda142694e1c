using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Prickle.Benchmarks.Processes;
using Prickle.Benchmarks.Reporting;

namespace Prickle.Benchmarks.Startup;

/// <summary>From the command to the first event that can be asked for: on an empty folder, and on one that was used before.</summary>
static class StartupBenchmark
{
    public static async Task<IReadOnlyList<Metric>> RunAsync(Scale scale, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var cold = await StartAsync(folder, http, cancellationToken);
        var warm = new List<Times>();
        for (var run = 0; run < scale.Choose(5, 2); run++)
        {
            warm.Add(await StartAsync(folder, http, cancellationToken));
        }

        var median = warm.OrderBy(times => times.Visible).ElementAt(warm.Count / 2);
        return
        [
            Metric.AtMost("warm: command to first event visible, median", Math.Round(median.Visible.TotalSeconds, 2), "s", 5),
            new Metric("warm: command to ready", Math.Round(median.Ready.TotalSeconds, 2), "s"),
            new Metric("cold: command to first event visible", Math.Round(cold.Visible.TotalSeconds, 2), "s"),
            new Metric("cold: command to ready", Math.Round(cold.Ready.TotalSeconds, 2), "s"),
        ];
    }

    static async Task<Times> StartAsync(TemporaryFolder folder, HttpClient http, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        await using var product = Product.Start(folder.Below("data"));
        await product.ReadyAsync(http, cancellationToken);
        var ready = Stopwatch.GetElapsedTime(begun);
        var uuid = Guid.CreateVersion7();
        var body = $$"""{"api_key":"{{product.ProjectToken}}","event":"first","distinct_id":"visitor","uuid":"{{uuid}}"}""";
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var reply = await http.PostAsync(new Uri(product.Address, "e/"), content, cancellationToken);
        reply.EnsureSuccessStatusCode();
        while (!await IsVisibleAsync(http, product, uuid, cancellationToken))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }

        return new Times(ready, Stopwatch.GetElapsedTime(begun));
    }

    static async Task<bool> IsVisibleAsync(HttpClient http, Product product, Guid uuid, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(product.Address, $"api/projects/@current/events/{uuid}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", product.PersonalApiKey);
        using var reply = await http.SendAsync(request, cancellationToken);
        return reply.IsSuccessStatusCode;
    }

    sealed record Times(TimeSpan Ready, TimeSpan Visible);
}
