using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Prickle.Hosting;

/// <summary>
/// Running behind a proxy: <c>PathBase</c> says below which path the proxy shows the product, and <c>Proxies</c> whose word
/// on the sender's address is believed (addresses or networks, separated by commas; loopback always is).
/// </summary>
public static class ProxySupport
{
    public static IServiceCollection AddProxySupport(this IServiceCollection services, IConfiguration configuration) =>
        services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            options.ForwardLimit = null;
            foreach (var proxy in (configuration["Proxies"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (System.Net.IPNetwork.TryParse(proxy, out var network))
                {
                    options.KnownIPNetworks.Add(network);
                }
                else if (IPAddress.TryParse(proxy, out var address))
                {
                    options.KnownProxies.Add(address);
                }
                else
                {
                    throw new FormatException($"'{proxy}' in the setting Proxies is neither an address nor a network such as 10.0.0.0/8");
                }
            }
        });

    public static void UseProxySupport(this WebApplication app)
    {
        if (app.Configuration["PathBase"] is { Length: > 0 } pathBase)
        {
            app.UsePathBase(pathBase);
        }

        app.UseForwardedHeaders();
    }
}
