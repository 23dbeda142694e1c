using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Ui.Charts;

/// <summary>A small Blazor application that shows the charts of the kit, one an address, under the policy of the product.</summary>
sealed class ChartHost : IAsyncDisposable
{
    // As src/Prickle/Api/SecurityHeaders.cs has it.
    const string Policy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        + "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
        + "form-action 'self'; frame-ancestors 'self'";

    readonly WebApplication app;

    ChartHost(WebApplication app) => this.app = app;

    public Heard Heard => app.Services.GetRequiredService<Heard>();

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<ChartHost> StartAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = Path.Combine(Repository.Root, "src/Prickle") });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        // The files the product serves: the kit's own, its style sheets, and Blazor's script.
        builder.WebHost.UseSetting("staticWebAssets", Path.Combine(Repository.Root, "artifacts/bin/Prickle/debug/Prickle.staticwebassets.runtime.json"));
        StaticWebAssetsLoader.UseStaticWebAssets(builder.Environment, builder.Configuration);
        builder.Services.AddRazorComponents().AddInteractiveServerComponents(options => options.DetailedErrors = true);
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<Heard>();
        var app = builder.Build();
        app.Use((context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = Policy;
            return next(context);
        });
        app.UseStaticFiles();
        app.UseAntiforgery();
        app.MapRazorComponents<Document>().AddInteractiveServerRenderMode();
        await app.StartAsync();
        return new ChartHost(app);
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}

/// <summary>The page around a chart: the style sheets of the product, and the theme the address names.</summary>
[Route("/chart/{Name}")]
public sealed class Document : ComponentBase
{
    [Inject] public required NavigationManager Address { get; set; }

    [Parameter] public string? Name { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        var theme = Address.Uri.Contains("dark", StringComparison.Ordinal) ? "dark" : "light";
        builder.AddMarkupContent(0, $"""
            <!DOCTYPE html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8" /><base href="/" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <link rel="icon" type="image/svg+xml" href="_content/Prickle.Ui/favicon.svg" />
            <link rel="stylesheet" href="lib/inter/index.css" /><link rel="stylesheet" href="lib/nunito/index.css" />
            <link rel="stylesheet" href="_content/Prickle.Ui/theme.css" /><link rel="stylesheet" href="Prickle.styles.css" /></head><body>
            """);
        builder.OpenComponent<Sample>(1);
        builder.AddComponentRenderMode(RenderMode.InteractiveServer);
        builder.CloseComponent();
        builder.AddMarkupContent(2, """<script src="_framework/blazor.web.js"></script></body></html>""");
    }
}

/// <summary>What the callbacks of the charts said, and what the page can be asked for.</summary>
public sealed class Heard
{
    readonly List<object> selections = [];

    public IReadOnlyList<object> Selections
    {
        get
        {
            lock (selections)
            {
                return [.. selections];
            }
        }
    }

    public Func<Task<byte[]>>? Png { get; set; }

    internal void Add(object selection)
    {
        lock (selections)
        {
            selections.Add(selection);
        }
    }
}
