using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Browsers;

/// <summary>A customer's web site: pages that a test writes, and npm packages as its build would serve them. On an origin that is not the product's.</summary>
sealed class CustomerSite : IAsyncDisposable
{
    readonly ConcurrentDictionary<string, string> pages = new(StringComparer.Ordinal);
    readonly WebApplication app;

    CustomerSite()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapGet("/npm/{**file}", (string file) => ServePackage(file));
        app.MapGet("/pages/{**name}", (string name) => pages.TryGetValue(name, out var page)
            ? Results.Content(page, "text/html; charset=utf-8")
            : Results.NotFound());
    }

    public Uri Origin { get; private set; } = null!;

    public static async Task<CustomerSite> StartAsync()
    {
        var site = new CustomerSite();
        await site.app.StartAsync();
        var addresses = site.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        site.Origin = new Uri(addresses.Addresses.Single());
        return site;
    }

    /// <summary>Puts a page there and gives its address.</summary>
    public string Publish(string name, string head, string body)
    {
        // The icon keeps the browser from asking for one.
        pages[name] = $"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>{name}</title><link rel="icon" href="data:,">{head}</head>
            <body>{body}</body>
            </html>
            """;
        return new Uri(Origin, $"/pages/{name}").ToString();
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    static IResult ServePackage(string file)
    {
        var path = Path.GetFullPath(Path.Combine(Repository.NodeModules, file));
        return path.StartsWith(Repository.NodeModules, StringComparison.Ordinal) && File.Exists(path)
            ? Results.File(path, "text/javascript")
            : Results.NotFound();
    }
}
