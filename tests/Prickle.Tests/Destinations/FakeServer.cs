using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Prickle.Hosting;

namespace Prickle.Tests.Destinations;

/// <summary>A server on loopback that stands for one outside: it keeps what it is asked and answers as a test says.</summary>
public sealed class FakeServer : IAsyncDisposable
{
    readonly WebApplication _app;

    FakeServer(WebApplication app) => _app = app;

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public ConcurrentQueue<FakeRequest> Requests { get; } = new();

    public IReadOnlyList<FakeRequest> Posts => [.. Requests.Where(request => request.Method == "POST")];

    public static async Task<FakeServer> StartAsync(Func<FakeRequest, HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var server = new FakeServer(app);
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var request = new FakeRequest(
                context.Request.Method, context.Request.Path, context.Request.QueryString.ToString(), body.ToArray(),
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
            server.Requests.Enqueue(request);
            await answer(request, context);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public static Task<FakeServer> AnsweringAsync(int status, string body, params (string Name, string Value)[] headers) => StartAsync((_, context) => WriteAsync(context, status, body, headers));

    public static async Task WriteAsync(HttpContext context, int status, string body, params (string Name, string Value)[] headers)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }
        await context.Response.WriteAsync(body);
    }

    /// <summary>Ten million bytes.</summary>
    public static async Task WriteLargeAsync(HttpContext context)
    {
        var chunk = new byte[64 * 1024];
        Array.Fill(chunk, (byte)'x');
        for (var sent = 0; sent < 10_000_000; sent += chunk.Length)
        {
            await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        }
    }

    /// <summary>The product's way out, which may reach this machine or not.</summary>
    public static ServiceProvider Outbound(bool allowsPrivate = true, TimeSpan? timeout = null)
    {
        var services = new ServiceCollection();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { ["Outbound:AllowsPrivateAddresses"] = allowsPrivate ? "true" : "false" }).Build();
        services.AddOutboundHttp(configuration);
        if (timeout is { } longest)
        {
            services.AddHttpClient(OutboundHttp.Name, client => client.Timeout = longest);
        }
        return services.BuildServiceProvider();
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

public sealed record FakeRequest(string Method, string Path, string Query, byte[] Bytes, IReadOnlyDictionary<string, string> Headers)
{
    public string Body => Encoding.UTF8.GetString(Bytes);

    public JsonElement Json => JsonElement.Parse(Body);
}
