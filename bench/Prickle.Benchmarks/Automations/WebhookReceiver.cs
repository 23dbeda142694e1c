using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Prickle.Benchmarks.Automations;

/// <summary>Takes what automations send, and notes how long each took since the moment that its body names.</summary>
sealed class WebhookReceiver : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentBag<double> _took = [];
    readonly ConcurrentDictionary<string, int> _keys = new();

    WebhookReceiver(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>Messages by their key: a message that came twice is one here.</summary>
    public int Count => _keys.Count;

    public int Twice => _keys.Values.Count(count => count > 1);

    public static async Task<WebhookReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new WebhookReceiver(app);
        app.MapPost("/", receiver.TakeAsync);
        await app.StartAsync(cancellationToken);
        receiver.Address = new Uri(app.Urls.First());
        return receiver;
    }

    async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var at = double.Parse(await reader.ReadToEndAsync(context.RequestAborted), CultureInfo.InvariantCulture);
        _took.Add((DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalMilliseconds - at);
        _keys.AddOrUpdate(context.Request.Headers["Idempotency-Key"].ToString(), 1, static (_, count) => count + 1);
    }

    public void Forget()
    {
        _took.Clear();
        _keys.Clear();
    }

    public async Task ReachedAsync(int count, CancellationToken cancellationToken)
    {
        while (Count < count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }
    }

    /// <summary>In milliseconds.</summary>
    public double Percentile(double share)
    {
        var sorted = _took.Order().ToList();
        return sorted.Count == 0 ? 0 : Math.Round(sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))], 1);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
