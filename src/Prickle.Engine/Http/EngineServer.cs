using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Prickle.Engine.Logs;
using Prickle.Engine.Queries;

namespace Prickle.Engine.Http;

/// <summary>ClickHouse's HTTP interface on the loopback address.</summary>
static class EngineServer
{
    const int LongestAddress = 1 << 20;

    public static WebApplication Build(EngineHost host, EngineArguments arguments)
    {
        var builder = WebApplication.CreateSlimBuilder();
        // Standard output belongs to the supervisor: one line that says where the engine listens.
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
            .SetMinimumLevel(LogLevel.Warning)
            // Kestrel reports each cut connection as a fault, and the host each failed start; both are told where they are met.
            .AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Critical)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, arguments.Port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxRequestLineSize = LongestAddress;
            kestrel.Limits.MaxRequestBufferSize = 2 * LongestAddress;
        });
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddSingleton(host)
            .AddSingleton(new Secret(arguments.Secret))
            .AddSingleton(new QueryRegistry(arguments.MaximumQueries))
            .AddSingleton<QueryThreads>()
            .AddSingleton<Sessions>()
            .AddSingleton<ProcessList>()
            .AddSingleton<QueryLog>()
            .AddHostedService(services => services.GetRequiredService<QueryLog>())
            .AddHostedService<ProcessSampler>()
            .AddHostedService<SessionExpiry>()
            .AddSingleton<QueryRunner>()
            .AddSingleton<QueryEndpoint>()
            .Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(5));
        if (arguments.ParentId is { } parent)
        {
            builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<ParentWatch>(services, parent));
        }

        var app = builder.Build();
        var endpoint = app.Services.GetRequiredService<QueryEndpoint>();
        app.Run(context => AnswerAsync(context, endpoint));
        var runner = app.Services.GetRequiredService<QueryRunner>();
        app.Lifetime.ApplicationStopping.Register(runner.CancelSelects);
        return app;
    }

    /// <summary>The port the started server listens on.</summary>
    public static int PortOf(WebApplication app) =>
        new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    static Task AnswerAsync(HttpContext context, QueryEndpoint endpoint)
    {
        var request = context.Request;
        switch (request.Path.Value)
        {
            case "/ping" or "/replicas_status":
            case "/" when HttpMethods.IsGet(request.Method) && !request.Query.ContainsKey("query"):
                context.Response.ContentType = "text/html; charset=UTF-8";
                return context.Response.WriteAsync("Ok.\n");
            case "/":
                return endpoint.HandleAsync(context);
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return context.Response.WriteAsync($"There is no handle {request.Path}\n");
        }
    }
}
