using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Prickle.Benchmarks.Flags;

/// <summary>
/// The ceiling: a server of the same kind in a process of its own that reads what it is sent and answers so many bytes, the
/// same each time. It knows no project, no person and no flag.
/// </summary>
sealed class ConstantServer : IAsyncDisposable
{
    /// <summary>What the benchmark's own program is called with to be that server.</summary>
    public const string Argument = "--constant-server";

    readonly Process _process;

    ConstantServer(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public int ProcessId => _process.Id;

    public static async Task<ConstantServer> StartAsync(int bytes, CancellationToken cancellationToken)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { typeof(ConstantServer).Assembly.Location, Argument, bytes.ToString(CultureInfo.InvariantCulture) },
            RedirectStandardOutput = true,
        })!;
        var address = await process.StandardOutput.ReadLineAsync(cancellationToken);
        return new ConstantServer(process, new Uri(address!));
    }

    public static async Task<int> ServeAsync(int bytes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add($"http://{IPAddress.Loopback}:0");
        var answer = new byte[bytes];
        answer.AsSpan().Fill((byte)' ');
        app.MapPost("/flags", async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = answer.Length;
            await context.Response.Body.WriteAsync(answer, context.RequestAborted);
        });
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        // Until the benchmark ends it.
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
