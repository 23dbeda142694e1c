using MudBlazor;
using Prickle.Accounts;
using Prickle.Capture.Inbox;
using Prickle.Capture.Receiving;
using Prickle.Capture.Retention;
using Prickle.Capture.Sdk;
using Prickle.Capture.Steps;
using Prickle.Capture.Warnings;
using Prickle.Capture.Writing;
using Prickle.Persons;
using Prickle.Shell;

namespace Prickle.Capture;

/// <summary>Takes what SDKs send, keeps it safe, and makes stored events of it.</summary>
public static class CaptureModule
{
    /// <summary>
    /// The most bytes of a body that the server reads off the wire; the endpoints themselves refuse smaller ones, with a
    /// sentence. What lies between is read and thrown away: a sender whose connection is cut while it still writes never
    /// sees the 413, takes it for a broken network, and sends the same again and again.
    /// </summary>
    const long KestrelLimit = 4L * BodyDecoder.Limit;

    static readonly string[] Methods = [HttpMethods.Post, HttpMethods.Get, HttpMethods.Put];

    public static IServiceCollection AddCapture(this IServiceCollection services, string dataFolder)
    {
        services.AddSingleton(provider => new DurableInbox(
            dataFolder, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<DurableInbox>>()));
        services.AddSingleton(provider => new CaptureState(provider.GetRequiredService<DurableInbox>()));
        services.AddSingleton(provider => new EventIntake(
            provider.GetRequiredService<DurableInbox>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<CaptureMetrics>();
        services.AddSingleton<CaptureBudget>();
        services.AddSingleton<CaptureEndpoint>();
        services.AddSingleton<NotKeptEndpoint>();
        services.AddSingleton(new SdkFiles(dataFolder));
        services.AddSingleton<SdkEndpoints>();
        services.AddSingleton(provider => new SdkRequests(
            provider.GetRequiredService<CaptureBudget>(), provider.GetRequiredService<ProjectDirectory>(),
            provider.GetRequiredService<CaptureMetrics>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ParseEntries>();
        services.AddSingleton<DropUnwanted>();
        services.AddSingleton<RemoveDuplicates>();
        services.AddSingleton<CorrectClock>();
        services.AddSingleton<Enrich>();
        services.AddSingleton<ResolvePersons>();
        services.AddSingleton<WriteEvents>();
        services.AddSingleton<TellListeners>();
        services.AddSingleton<EventInserter>();
        services.AddSingleton<WarningInserter>();
        services.AddSingleton<CapturePipeline>();
        services.AddSingleton<IProjectDeletionListener, EventRemoval>();
        services.AddSingleton<IPersonDeletionListener, PersonEventRemoval>();
        services.AddSingleton<IngestionWarnings>();
        services.AddHostedService<InboxStart>();
        services.AddHostedService<CaptureWorker>();
        services.AddSingleton<RetentionWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<RetentionWorker>());
        return services.AddNavigation(new NavigationEntry(
            "Ingestion warnings", "warnings", Icons.Material.Outlined.ReportProblem, NavigationArea.Project, 20, "dropped errors refused", Resource.Event));
    }

    /// <summary>Belongs first in the line, so that every answer to a browser can be read by it.</summary>
    public static IApplicationBuilder UseCaptureCors(this IApplicationBuilder app) => app.UsePublicCors();

    /// <summary>The warnings, on the group that <c>MapProjectApi</c> gives.</summary>
    public static void MapIngestionWarnings(this RouteGroupBuilder project) => WarningEndpoints.Map(project);

    /// <summary>The endpoints of all SDKs, old and new. Routing takes each with and without a slash at the end.</summary>
    public static void MapCapture(this IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("").AllowAnonymous().DisableAntiforgery()
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(KestrelLimit)).ExcludeFromDescription();
        var capture = app.ServiceProvider.GetRequiredService<CaptureEndpoint>();
        var notKept = app.ServiceProvider.GetRequiredService<NotKeptEndpoint>();
        foreach (var path in (string[])["/e", "/i/v0/e", "/batch", "/capture", "/track", "/i/v0/ai", "/i/v0/ai/batch"])
        {
            routes.MapMethods(path, Methods, capture.For(CaptureLane.Events));
        }

        routes.MapMethods("/engage", Methods, capture.For(CaptureLane.Engage));
        routes.MapPost("/i/v1/analytics/events", capture.For(CaptureLane.Analytics));
        routes.MapPost("/s", notKept.RecordingAsync);
        routes.MapPost("/i/v1/logs", notKept.TelemetryAsync);
        routes.MapPost("/i/v1/metrics", notKept.TelemetryAsync);
        routes.MapGet("/toolbar_oauth/check", () => Results.Json(new { toolbar_oauth = false }));
        app.ServiceProvider.GetRequiredService<SdkEndpoints>().Map(routes);
    }
}
