using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Api;
using Prickle.ClickHouse;
using Prickle.ClickHouse.Nodes;
using Prickle.Hosting;
using Prickle.Servers.Api;
using Prickle.Servers.Storage;
using Prickle.Servers.Watching;
using Prickle.Storage;

namespace Prickle.Servers;

/// <summary>Which ClickHouse servers are watched, and asking them: the ground that everything of House stands on.</summary>
public static class ServersModule
{
    public static IServiceCollection AddServers(this IServiceCollection services, IConfiguration configuration)
    {
        var allowed = (configuration["House:AllowedHosts"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        services.AddSingleton<ServerSecrets>();
        services.AddSingleton<ServerConnections>();
        services.AddSingleton(provider => new NodeClient(Client(provider.GetRequiredService<OutboundConnections>(), allowed), Client(new OutboundConnections(allowsPrivate: true), allowed)));
        services.AddOptions<HouseOptions>().Bind(configuration.GetSection("House")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<NodeStates>();
        services.AddSingleton(provider => new Fleet(
            provider.GetRequiredService<NodeClient>(), provider.GetRequiredService<NodeStates>(), provider.GetRequiredService<ServerConnections>()));
        services.AddSingleton(provider => new ServerDirectory(
            provider.GetRequiredService<IDbContextFactory<PrickleDatabase>>(), provider.GetRequiredService<ServerConnections>(), provider.GetRequiredService<HomeOrganization>()));
        services.AddSingleton(provider => new ServerBook(
            provider.GetRequiredService<IDbContextFactory<PrickleDatabase>>(), provider.GetRequiredService<ServerSecrets>(), provider.GetRequiredService<NodeStates>(),
            provider.GetRequiredService<ServerConnections>(), provider.GetRequiredService<ActivityLog>(), provider.GetRequiredService<TimeProvider>()));
        return services.AddSingleton(provider => new ServerTest(
            provider.GetRequiredService<IDbContextFactory<PrickleDatabase>>(), provider.GetRequiredService<NodeClient>(), provider.GetRequiredService<ServerSecrets>(),
            provider.GetRequiredService<ServerConnections>(), provider.GetRequiredService<ServerDirectory>(), provider.GetRequiredService<TimeProvider>()));
    }

    /// <summary>The endpoints, on the group that <c>MapOrganizationApi</c> gives.</summary>
    public static void MapServers(this RouteGroupBuilder organization) => ServerEndpoints.Map(organization);

    /// <summary>
    /// ClickHouse is at private addresses mostly, and whoever may add a server could make the product call any of them: so only the
    /// ones that the operator lists, and what other destinations may reach.
    /// </summary>
    static HttpClient Client(OutboundConnections connections, string[] allowed)
    {
        var listed = new OutboundConnections(allowsPrivate: true);
        return new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            AutomaticDecompression = System.Net.DecompressionMethods.All,
            ConnectCallback = async (context, cancellationToken) =>
            {
                var endpoint = context.DnsEndPoint;
                var isListed = allowed.Contains(endpoint.Host, StringComparer.OrdinalIgnoreCase) || allowed.Contains($"{endpoint.Host}:{endpoint.Port}", StringComparer.OrdinalIgnoreCase);
                return new NetworkStream(await (isListed ? listed : connections).ConnectAsync(endpoint, cancellationToken), ownsSocket: true);
            },
        })
        {
            // Each statement has a deadline of its own.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }
}
