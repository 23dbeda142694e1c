using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Prickle.Benchmarks.Processes;

/// <summary>
/// The product as a process of its own, with an account and a project in it: demo mode with next to no story makes both.
/// </summary>
sealed class Product : IAsyncDisposable
{
    readonly Process _process;
    readonly string _dataFolder;
    readonly Queue<string> _lastWords = new();

    Product(Process process, string dataFolder, Uri address) => (_process, _dataFolder, Address) = (process, dataFolder, address);

    public Uri Address { get; }

    public int ProcessId => _process.Id;

    public string ProjectToken { get; private set; } = "";

    public string PersonalApiKey { get; private set; } = "";

    /// <summary>Starts it; gives it back at once.</summary>
    /// <param name="settings">Of its configuration, by the names of variables.</param>
    public static Product Start(string dataFolder, Uri? clickHouse = null, params ReadOnlySpan<(string Name, string Value)> settings)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}/");
        var start = new ProcessStartInfo(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet")
        {
            ArgumentList = { Build.Product, "--demo", "--data", dataFolder, $"urls={address}" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("People", "1"), ("Companies", "0"), ("Days", "1"), ("GoesOn", "false")])
        {
            start.Environment[$"Demo__{name}"] = value;
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        if (clickHouse is not null)
        {
            start.Environment["ClickHouse__Url"] = clickHouse.AbsoluteUri;
        }

        var product = new Product(Process.Start(start)!, dataFolder, address);
        product._process.OutputDataReceived += (_, line) => product.Remember(line.Data);
        product._process.ErrorDataReceived += (_, line) => product.Remember(line.Data);
        product._process.BeginOutputReadLine();
        product._process.BeginErrorReadLine();
        return product;
    }

    /// <summary>Returns when it calls itself ready.</summary>
    public async Task ReadyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        while (!await IsReadyAsync(http, cancellationToken))
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"The product ended with code {_process.ExitCode}:\n{string.Join('\n', _lastWords)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }

        using var demo = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(_dataFolder, "demo.json"), cancellationToken));
        ProjectToken = demo.RootElement.GetProperty("projectToken").GetString()!;
        PersonalApiKey = demo.RootElement.GetProperty("personalApiKey").GetString()!;
    }

    /// <summary>The process of its own engine, or null when it has none.</summary>
    public int? EngineProcessId()
    {
        foreach (var children in Directory.EnumerateDirectories($"/proc/{_process.Id}/task").Select(thread => Path.Combine(thread, "children")))
        {
            if (File.Exists(children) && File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var first, ..])
            {
                return int.Parse(first, System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var reply = await http.GetAsync(new Uri(Address, "_health/ready"), cancellationToken);
            return reply.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    void Remember(string? line)
    {
        lock (_lastWords)
        {
            _lastWords.Enqueue(line ?? "");
            while (_lastWords.Count > 30)
            {
                _lastWords.Dequeue();
            }
        }
    }

    static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
