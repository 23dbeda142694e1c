using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Prickle.Benchmarks.Processes;
using Prickle.Benchmarks.Reporting;
using Prickle.ClickHouse;

namespace Prickle.Benchmarks.Insights;

/// <summary>The product over an engine with a small and a large project, both filled. The events are made once and kept: five million take minutes.</summary>
sealed class InsightStage : IAsyncDisposable
{
    const int EventsOfMany = 5_000_000;
    const int EventsOfFew = 500_000;

    readonly TemporaryFolder _folder = new();
    MeasuredEngine? _engine;

    InsightStage()
    {
    }

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(3) };

    public Product Product { get; private set; } = null!;

    public ClickHouseStore Store { get; private set; } = null!;

    /// <summary>A project of half a million events.</summary>
    public int Few { get; private set; }

    /// <summary>A project of five million.</summary>
    public int Many { get; private set; }

    public static async Task<InsightStage> SetAsync(Scale scale, CancellationToken cancellationToken)
    {
        var stage = new InsightStage();
        stage._engine = await MeasuredEngine.StartAsync(Path.Combine(Build.Kept, scale.IsQuick ? "insights-quick" : "insights"), cancellationToken);
        stage.Product = Product.Start(stage._folder.Below("data"), stage._engine.Url("prickle"));
        await stage.Product.ReadyAsync(stage.Http, cancellationToken);
        await stage._engine.PrepareAsync("prickle", cancellationToken);
        stage.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", stage.Product.PersonalApiKey);
        stage.Store = stage._engine.Store("prickle");
        stage.Few = await stage.ProjectAsync("Few", cancellationToken);
        stage.Many = await stage.ProjectAsync("Many", cancellationToken);
        var world = new InsightWorld(stage.Store);
        await world.FillAsync(stage.Few, scale.Choose(EventsOfFew, EventsOfFew / 10), cancellationToken);
        await world.FillAsync(stage.Many, scale.Choose(EventsOfMany, EventsOfFew), cancellationToken);
        return stage;
    }

    /// <summary>Sends JSON below a project's address; gives what came back.</summary>
    public async Task<JsonElement> PostAsync(int project, string path, object body, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(body);
        using var reply = await Http.PostAsync(new Uri(Product.Address, $"api/projects/{project}/{path}"), content, cancellationToken);
        return reply.IsSuccessStatusCode ? await reply.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)
            : throw new InvalidOperationException($"{path}: {(int)reply.StatusCode} {await reply.Content.ReadAsStringAsync(cancellationToken)}");
    }

    public async ValueTask DisposeAsync()
    {
        Store?.Dispose();
        if (Product is not null)
        {
            await Product.DisposeAsync();
        }
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }
        Http.Dispose();
        _folder.Dispose();
    }

    // Each run's product is new and gives the same numbers to its projects, so the kept events are theirs.
    async Task<int> ProjectAsync(string name, CancellationToken cancellationToken)
    {
        using var reply = await Http.PostAsJsonAsync(new Uri(Product.Address, "api/projects"), new { name }, cancellationToken);
        reply.EnsureSuccessStatusCode();
        return (await reply.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("id").GetInt32();
    }
}
