using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Prickle.Benchmarks.Processes;
using Prickle.ClickHouse;

namespace Prickle.Benchmarks.House;

/// <summary>The product over an engine, which is the first server that House watches, and its API.</summary>
sealed class HouseStage : IAsyncDisposable
{
    /// <summary>The server that is there without set-up: the one that the product keeps its own data in.</summary>
    public const string Own = "00000000-0000-0000-0000-0000000c11c4";

    readonly TemporaryFolder _folder = new();
    readonly List<MeasuredEngine> _engines = [];
    Product? _product;

    HouseStage()
    {
    }

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(3) };

    public MeasuredEngine Engine => _engines[0];

    public ClickHouseStore Store { get; private set; } = null!;

    public static async Task<HouseStage> SetAsync(CancellationToken cancellationToken)
    {
        var stage = new HouseStage();
        await stage.EngineAsync("engine", cancellationToken);
        stage._product = Product.Start(stage._folder.Below("data"), stage.Engine.Url("prickle"), ("House__AllowedHosts", "127.0.0.1"));
        await stage._product.ReadyAsync(stage.Http, cancellationToken);
        stage.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", stage._product.PersonalApiKey);
        stage.Store = stage.Engine.Store("prickle");
        return stage;
    }

    /// <summary>One more engine, on an empty folder.</summary>
    public async Task<MeasuredEngine> EngineAsync(string name, CancellationToken cancellationToken)
    {
        var engine = await MeasuredEngine.StartAsync(_folder.Below(name), cancellationToken);
        _engines.Add(engine);
        return engine;
    }

    /// <summary>An old server, on an empty folder.</summary>
    public Task<OldServer> OldServerAsync(CancellationToken cancellationToken) => OldServer.StartAsync(_folder.Below("old"), Http, cancellationToken);

    /// <summary>Watches a server by its nodes; gives its id.</summary>
    /// <param name="account">The engine whose user reads; null for one without a password.</param>
    public async Task<string> WatchAsync(string name, MeasuredEngine? account, IEnumerable<string> nodes, CancellationToken cancellationToken)
    {
        var (user, password) = account?.Endpoint("default") is { } endpoint ? (endpoint.User, endpoint.Password) : ("default", "");
        using var reply = await Http.PostAsJsonAsync(
            AddressOf(""), new { name, nodes, monitor_user = user, monitor_password = password }, cancellationToken);
        var text = await reply.Content.ReadAsStringAsync(cancellationToken);
        return reply.IsSuccessStatusCode ? JsonElement.Parse(text).GetProperty("id").GetString()! : throw new InvalidOperationException($"{(int)reply.StatusCode} {text}");
    }

    /// <summary>An address of an engine as somebody would type it.</summary>
    public static string NodeOf(MeasuredEngine engine) => engine.Endpoint("default").Address.GetLeftPart(UriPartial.Authority);

    /// <summary>Asks below the address of House; gives the answer, and how many milliseconds it took.</summary>
    public async Task<(JsonElement Answer, double Milliseconds)> AskAsync(string path, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        using var reply = await Http.GetAsync(AddressOf(path), cancellationToken);
        var text = await reply.Content.ReadAsStringAsync(cancellationToken);
        var took = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        return reply.IsSuccessStatusCode ? (JsonElement.Parse(text), took) : throw new InvalidOperationException($"{path}: {(int)reply.StatusCode} {text}");
    }

    Uri AddressOf(string path) => new(_product!.Address, $"api/organizations/@current/house/servers{(path.Length == 0 ? "" : "/")}{path}");

    public async ValueTask DisposeAsync()
    {
        Store?.Dispose();
        if (_product is not null)
        {
            await _product.DisposeAsync();
        }
        foreach (var engine in _engines)
        {
            await engine.DisposeAsync();
        }
        Http.Dispose();
        _folder.Dispose();
    }
}
