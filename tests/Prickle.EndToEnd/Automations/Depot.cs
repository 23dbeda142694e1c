using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Prickle.EndToEnd.Automations;

/// <summary>A customer's server that webhooks go to, on loopback. It refuses what comes until it is told to take it.</summary>
sealed class Depot : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentQueue<string> _bodies = new();

    Depot(WebApplication app) => _app = app;

    /// <summary>With a slash at its end.</summary>
    public Uri Address { get; private set; } = null!;

    public bool Refuses { get; set; } = true;

    /// <summary>What came, refused or not, the oldest first.</summary>
    public IReadOnlyList<string> Bodies => [.. _bodies];

    public static async Task<Depot> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var depot = new Depot(app);
        app.MapPost("/jobs", depot.TakeAsync);
        await app.StartAsync();
        depot.Address = new Uri(app.Urls.First());
        return depot;
    }

    async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        _bodies.Enqueue(await reader.ReadToEndAsync());
        context.Response.StatusCode = Refuses ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK;
        await context.Response.WriteAsJsonAsync(Refuses ? new { error = "The plan is not known here." } : (object)new { id = "job-7" });
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
