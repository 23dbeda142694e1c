using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Prickle.EndToEnd.Product;

/// <summary>
/// The product as an operator runs it: a process of its own on a free port and a data folder, with its engine as its
/// child. It can be killed without a word and started again on the same port and folder.
/// </summary>
sealed class ProductProcess : IAsyncDisposable
{
    static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(30);

    // Tests ask more often in a minute than people do.
    static readonly string[] Settings =
    [
        "RateLimits:ApiPerMinute=100000", "RateLimits:ApiPerHour=100000",
        // All tests sign in from one address, most of them as the same owner.
        "RateLimits:SignInsPerFiveMinutes=100000", "RateLimits:SignInsPerFiveMinutesAndAddress=100000",
        // The servers that it sends to are the tests' own, on this machine.
        "Outbound:AllowsPrivateAddresses=true",
        // A busy machine is not a node that hangs.
        "House:PatienceMilliseconds=5000",
    ];

    readonly bool ownsFolder;
    readonly int port = FreePort();
    readonly ProcessOutput output = new();
    Process? process;

    /// <param name="dataFolder">Null for a new one, which is deleted in the end.</param>
    public ProductProcess(string? dataFolder = null)
    {
        ownsFolder = dataFolder is null;
        DataFolder = dataFolder ?? Directory.CreateTempSubdirectory("prickle-e2e-").FullName;
        Address = new Uri($"http://localhost:{port}");
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = Address,
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    public string DataFolder { get; }

    public Uri Address { get; }

    /// <summary>A client with no cookies and no key.</summary>
    public HttpClient Http { get; }

    public int ProcessId => process?.Id ?? throw new InvalidOperationException("The product was not started.");

    /// <summary>What it said last, over all starts.</summary>
    public string Log => output.Text;

    public bool HasExited => process!.HasExited;

    /// <summary>The engine, or null while none runs.</summary>
    public EngineAccess? Engine => EngineAccess.ChildOf(ProcessId);

    /// <summary>Memory that the application holds, its engine not counted.</summary>
    public long ResidentBytes => long.Parse(
        File.ReadAllText($"/proc/{ProcessId}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;

    public void Start()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Program(), "--port", port.ToString(CultureInfo.InvariantCulture), "--data", DataFolder, .. Settings])
        {
            start.ArgumentList.Add(argument);
        }
        process?.Dispose();
        process = Process.Start(start) ?? throw new InvalidOperationException("The product did not start.");
        output.Follow(process);
    }

    public async Task StartAndWaitAsync()
    {
        Start();
        await WaitUntilReadyAsync();
    }

    public Task WaitUntilReadyAsync() => Eventually.HoldsAsync(
        "the product serves everything",
        async () => HasExited
            ? throw new InvalidOperationException($"The product ended with code {process!.ExitCode}:\n{Log}")
            : await ReadinessAsync() is (HttpStatusCode.OK, _),
        StartDeadline,
        async () => $"It says {await ReadinessAsync()}. Its log:\n{Log}");

    /// <summary>Whether everything serves; null when nothing listens.</summary>
    public Task<(HttpStatusCode Status, string Body)?> ReadinessAsync() => HealthAsync("ready");

    /// <summary>What a health check answers; null when nothing listens.</summary>
    public async Task<(HttpStatusCode Status, string Body)?> HealthAsync(string question)
    {
        try
        {
            using var response = await Http.GetAsync($"/_health/{question}");
            return (response.StatusCode, await response.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public void KillApplication() => Signal.Send(ProcessId, Signal.Kill);

    public void KillEngine()
    {
        if (Engine is { } engine)
        {
            Signal.Send(engine.ProcessId, Signal.Kill);
        }
    }

    /// <summary>Both at once: the engine is not left to notice that the application is gone.</summary>
    public void KillBoth()
    {
        var engine = Engine;
        KillApplication();
        if (engine is not null)
        {
            Signal.Send(engine.ProcessId, Signal.Kill);
        }
    }

    /// <summary>Waits for the end of a process that was killed or ends by itself; gives its exit code.</summary>
    public async Task<int> WaitForExitAsync()
    {
        using var deadline = new CancellationTokenSource(StopDeadline);
        try
        {
            await process!.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The product did not end within {StopDeadline.TotalSeconds} s:\n{Log}");
        }
        return process.ExitCode;
    }

    /// <summary>Asks it to end, as an operator does.</summary>
    public Task<int> StopAsync()
    {
        Signal.Send(ProcessId, Signal.Terminate);
        return WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (process is not null)
        {
            KillBoth();
            await WaitForExitAsync();
            process.Dispose();
        }
        if (ownsFolder)
        {
            await DeleteFolderAsync();
        }
    }

    // An engine that was orphaned by a kill before may write until it notices.
    async Task DeleteFolderAsync()
    {
        await Eventually.HoldsAsync($"{DataFolder} can be deleted", () =>
        {
            try
            {
                Directory.Delete(DataFolder, recursive: true);
                return Task.FromResult(true);
            }
            catch (IOException)
            {
                return Task.FromResult(!Directory.Exists(DataFolder));
            }
        });
    }

    static string Program()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        // artifacts/bin/Prickle.EndToEnd/debug → artifacts/bin/Prickle/debug
        var program = Path.GetFullPath(Path.Combine(here.FullName, "..", "..", "Prickle", here.Name, "Prickle.dll"));
        return File.Exists(program) ? program : throw new FileNotFoundException("The product is not built.", program);
    }

    static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
