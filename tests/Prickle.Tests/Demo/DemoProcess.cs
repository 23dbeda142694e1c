using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Prickle.Demo;
using Prickle.Demo.Story;

namespace Prickle.Tests.Demo;

/// <summary>The product, started with <c>--demo</c> and a story of a few days, on a folder that outlives it.</summary>
sealed class DemoProcess : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly Process _process;
    readonly string _dataFolder;
    readonly HttpClient _http;

    DemoProcess(Process process, string dataFolder, Uri address)
    {
        (_process, _dataFolder) = (process, dataFolder);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };
    }

    public static StorySize Size { get; } = new(Seed: 5, Days: 8, People: 40, Companies: 4);

    /// <summary>What <c>demo.json</c> says.</summary>
    public DemoFile File => DemoFile.Read(_dataFolder).ShouldNotBeNull();

    /// <summary>Starts it, and returns when it calls itself ready.</summary>
    public static async Task<DemoProcess> StartedAsync(string dataFolder, StorySize? size = null)
    {
        size ??= Size;
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var address = new Uri($"http://127.0.0.1:{FreePort()}/");
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(output.FullName, "..", "..", "Prickle", output.Name, "Prickle.dll"), "--demo", "--data", dataFolder, $"urls={address}" },
            RedirectStandardOutput = true,
        };
        start.Environment["Demo__Seed"] = $"{size.Seed}";
        start.Environment["Demo__Days"] = $"{size.Days}";
        start.Environment["Demo__People"] = $"{size.People}";
        start.Environment["Demo__Companies"] = $"{size.Companies}";
        start.Environment["Demo__GoesOn"] = "false";
        var demo = new DemoProcess(Process.Start(start)!, dataFolder, address);
        demo._process.BeginOutputReadLine();
        await demo.ReadyAsync();
        return demo;
    }

    /// <summary>All items of a list of the API, page after page.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string resource)
    {
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.PersonalApiKey);
        var items = new List<JsonElement>();
        for (var next = $"api/projects/@current/{resource}?limit=1000"; next is not null;)
        {
            var page = JsonElement.Parse(await _http.GetStringAsync(new Uri(next, UriKind.RelativeOrAbsolute)));
            items.AddRange(page.GetProperty("results").EnumerateArray());
            next = page.GetProperty("next").GetString();
        }

        return items;
    }

    /// <summary>Sends JSON to the API of the project; gives what came back.</summary>
    public async Task<JsonElement> PostAsync(string path, string body)
    {
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.PersonalApiKey);
        using var content = new StringContent(body, MediaTypeHeaderValue.Parse("application/json"));
        using var response = await _http.PostAsync(new Uri($"api/projects/@current/{path}", UriKind.Relative), content);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue($"{path}: {text}");
        return JsonElement.Parse(text);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }

    async Task ReadyAsync()
    {
        var begun = Stopwatch.StartNew();
        while (!await IsReadyAsync())
        {
            _process.HasExited.ShouldBeFalse();
            begun.Elapsed.ShouldBeLessThan(Patience);
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    async Task<bool> IsReadyAsync()
    {
        try
        {
            using var reply = await _http.GetAsync("_health/ready");
            return reply.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
