using System.Globalization;
using System.Net.Http.Headers;
using Prickle.Benchmarks.Processes;
using Prickle.Benchmarks.Reporting;

namespace Prickle.Benchmarks.Flags;

/// <summary>
/// What flags cost: requests a second and how long answers take, from programs that say all that is asked for and from pages
/// whose people are looked up; definitions that have not changed; the evaluator by itself. Beside it, a server that only answers.
/// </summary>
static class FlagsBenchmark
{
    const double Aim = 5000;
    const int Few = 16;

    public static async Task<IReadOnlyList<Metric>> RunAsync(Scale scale, CancellationToken cancellationToken)
    {
        var evaluator = EvaluatorTime.Measure(scale.Choose(1_000_000, 100_000));
        using var folder = new TemporaryFolder();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        // What one key may ask of the API is no part of what this measures.
        await using var product = Product.Start(folder.Below("data"), null, ("RateLimits__ApiPerMinute", "100000000"), ("RateLimits__ApiPerHour", "100000000"));
        await product.ReadyAsync(http, cancellationToken);
        await new FlagWorld(http, product).FillAsync(cancellationToken);
        var requests = new FlagRequests(product);
        var (servers, pages) = (requests.OfServers(FlagWorld.People), requests.OfPages(FlagWorld.People));
        IReadOnlyList<byte[]> mixed = [.. servers.Zip(pages).Select((pair, index) => index % 2 == 0 ? pair.First : pair.Second)];
        var during = TimeSpan.FromSeconds(scale.Choose(15, 2));

        // Compiling is over after some seconds.
        await new RequestLoad(product.Address, mixed).FloodAsync(during, cancellationToken);
        var engine = product.EngineProcessId();
        var flood = await Measured.FloodAsync(product.ProcessId, engine, product.Address, mixed, during, cancellationToken);
        var ofServers = await Measured.FloodAsync(product.ProcessId, engine, product.Address, servers, during, cancellationToken);
        var ofPages = await Measured.FloodAsync(product.ProcessId, engine, product.Address, pages, during, cancellationToken);
        // Enough to fill two cores, and not so many that they wait for one another.
        var few = await new RequestLoad(product.Address, mixed, connections: Few).FloodAsync(during, cancellationToken);
        // What was held at most leaves no room for a neighbour: seven tenths of it, or the aim.
        var rate = Math.Min(Aim, Math.Round(0.7 * flood.Run.Rate));
        var held = await new RequestLoad(product.Address, mixed).HoldAsync(rate, during, cancellationToken);
        var ceiling = await CeilingAsync(await SizeAsync(http, product, cancellationToken), mixed, during, cancellationToken);
        return
        [
            new Metric("requests, half of them of pages", flood.Run.Rate, "requests/s", ceiling.Run.Rate, $">= {Aim} requests/s", flood.Run.Rate >= Aim),
            new Metric("processor of the application for a request", flood.Application, "µs", ceiling.Application),
            new Metric("processor of the engine for a request", flood.Engine, "µs"),
            new Metric("processor of the load for a request", flood.Load, "µs"),
            new Metric("requests of servers, which say all that is asked for", ofServers.Run.Rate, "requests/s", ceiling.Run.Rate),
            new Metric("processor of the application for one", ofServers.Application, "µs", ceiling.Application),
            new Metric("requests of pages, whose people are looked up", ofPages.Run.Rate, "requests/s", ceiling.Run.Rate),
            new Metric("processor of the application for one of a page", ofPages.Application, "µs", ceiling.Application),
            new Metric("processor of the engine for one of a page", ofPages.Engine, "µs"),
            new Metric($"requests while {Few} are asked at once", few.Rate, "requests/s", ceiling.Run.Rate, $">= {Aim} requests/s", few.Rate >= Aim),
            Metric.AtMost("p99 of these", few.Percentile(0.99), "ms", 10),
            new Metric(string.Create(CultureInfo.InvariantCulture, $"p50 at {rate} requests/s"), held.Percentile(0.5), "ms"),
            new Metric(string.Create(CultureInfo.InvariantCulture, $"p99 at {rate} requests/s, late ones from when they were due"), held.Percentile(0.99), "ms"),
            .. await DefinitionsAsync(http, product, requests, during, cancellationToken),
            .. evaluator,
        ];
    }

    static async Task<int> SizeAsync(HttpClient http, Product product, CancellationToken cancellationToken)
    {
        using var body = new StringContent($$"""{"token":"{{product.ProjectToken}}","distinct_id":"person-1"}""", new MediaTypeHeaderValue("application/json"));
        using var reply = await http.PostAsync(new Uri(product.Address, "flags/?v=2"), body, cancellationToken);
        return (await reply.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancellationToken)).Length;
    }

    static async Task<Measured> CeilingAsync(int bytes, IReadOnlyList<byte[]> requests, TimeSpan during, CancellationToken cancellationToken)
    {
        await using var constant = await ConstantServer.StartAsync(bytes, cancellationToken);
        await new RequestLoad(constant.Address, requests).FloodAsync(during / 2, cancellationToken);
        return await Measured.FloodAsync(constant.ProcessId, null, constant.Address, requests, during, cancellationToken);
    }

    static async Task<IReadOnlyList<Metric>> DefinitionsAsync(
        HttpClient http, Product product, FlagRequests requests, TimeSpan during, CancellationToken cancellationToken)
    {
        using var reply = await http.GetAsync(new Uri(product.Address, $"flags/definitions?token={product.ProjectToken}&send_cohorts"), cancellationToken);
        IReadOnlyList<byte[]> asking = [requests.OfDefinitions(reply.EnsureSuccessStatusCode().Headers.ETag!.ToString())];
        await new RequestLoad(product.Address, asking, 304).FloodAsync(during / 3, cancellationToken);
        var flood = await Measured.FloodAsync(product.ProcessId, null, product.Address, asking, during / 2, cancellationToken, 304);
        var held = await new RequestLoad(product.Address, asking, 304).HoldAsync(flood.Run.Rate / 2, during / 2, cancellationToken);
        return
        [
            new Metric("definitions that have not changed (304)", flood.Run.Rate, "requests/s"),
            new Metric("processor of the application for one of definitions", flood.Application, "µs"),
            Metric.AtMost("p99 of definitions at half of that", held.Percentile(0.99), "ms", 10),
        ];
    }

    /// <summary>A flood, with the processor time that each request cost: it says more than requests a second where others want the processor too.</summary>
    sealed record Measured(LoadRun Run, double Application, double Engine, double Load)
    {
        public static async Task<Measured> FloodAsync(
            int application, int? engine, Uri address, IReadOnlyList<byte[]> requests, TimeSpan during, CancellationToken cancellationToken, int status = 200)
        {
            int[] processes = [application, engine ?? application, Environment.ProcessId];
            var before = processes.Select(id => ProcessUsage.Of(id).CpuSeconds).ToList();
            var run = await new RequestLoad(address, requests, status).FloodAsync(during, cancellationToken);
            var used = processes.Zip(before, (id, earlier) => Math.Round((ProcessUsage.Of(id).CpuSeconds - earlier) * 1e6 / run.Count, 1)).ToList();
            await Console.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{run.Rate:N0} requests/s, p99 {run.Percentile(0.99)} ms; processor {used[0]} µs, engine {(engine is null ? 0 : used[1])} µs, load {used[2]} µs"));
            return new Measured(run, used[0], engine is null ? 0 : used[1], used[2]);
        }
    }
}
