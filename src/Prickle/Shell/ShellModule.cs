using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using MudBlazor.Services;
using Prickle.Accounts;
using Prickle.Shell.Commands;

namespace Prickle.Shell;

/// <summary>The frame around every page: document, theme, navigation, command palette, error pages.</summary>
public static class ShellModule
{
    public static IServiceCollection AddShell(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices(options =>
        {
            options.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight;
            options.SnackbarConfiguration.ShowTransitionDuration = 120;
            options.SnackbarConfiguration.HideTransitionDuration = 120;
            options.SnackbarConfiguration.VisibleStateDuration = 4000;
        });
        services.AddScoped<ICommandSource, PageCommands>();
        services.AddScoped<ICommandSource, DialogCommands>();
        // A build packs our own files and leaves those of packages as they are: the largest style sheet among them.
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            // Nothing secret stands in these, so packing them tells nobody anything.
            options.MimeTypes = ["text/css", "text/javascript"];
        });
        return services.AddNavigation(
            new NavigationEntry("Home", "", Icons.Material.Outlined.Home, NavigationArea.Top, 0, "start overview today"));
    }

    /// <summary>Adds pages to the left navigation and to the command palette.</summary>
    public static IServiceCollection AddNavigation(this IServiceCollection services, params ReadOnlySpan<NavigationEntry> entries)
    {
        foreach (var entry in entries)
        {
            services.AddSingleton(entry);
        }
        return services;
    }

    /// <summary>Adds a part to the home of every project that has events.</summary>
    public static IServiceCollection AddHomePart<TPart>(this IServiceCollection services, Resource needs)
        where TPart : IComponent =>
        services.AddSingleton(new HomePart(typeof(TPart), needs));

    /// <summary>Packs style sheets and scripts on their way; stands before whatever sends them.</summary>
    public static void UseFileCompression(this WebApplication app) => app.UseResponseCompression();

    /// <summary>Files, pages and the circuit. Expects authentication and antiforgery to stand before it.</summary>
    public static void MapShell(this WebApplication app)
    {
        app.MapStaticAssets();
        // Closed by default: a page that strangers may see says [AllowAnonymous]. The circuit is open to them, for such pages
        // live on it too; within it the router asks again, as every page says [Authorize] (_Imports.razor).
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode().RequireAuthorization()
            .Add(endpoint =>
            {
                if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: { } path } && path.TrimStart('/').StartsWith("_blazor", StringComparison.Ordinal))
                {
                    endpoint.Metadata.Add(new AllowAnonymousAttribute());
                }
            });
    }
}
