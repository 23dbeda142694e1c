using System.Net;
using System.Net.Sockets;

namespace Prickle.Hosting;

/// <summary>
/// The one way out to addresses that people name: no redirects, a limit of time, and no private addresses unless the operator
/// allows them (<c>Outbound__AllowsPrivateAddresses=true</c>), so that nobody reaches the machine's own network through the product.
/// </summary>
public static class OutboundHttp
{
    /// <summary>The name of the client to ask <see cref="IHttpClientFactory"/> for.</summary>
    public const string Name = "outbound";

    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    public static IServiceCollection AddOutboundHttp(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(new OutboundConnections(configuration.GetValue("Outbound:AllowsPrivateAddresses", false)));
        services.AddHttpClient(Name, client => client.Timeout = LongestWait)
            .ConfigurePrimaryHttpMessageHandler(provider => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                // Behind a proxy the address that is connected to would be the proxy's, and any other could hide behind it.
                UseProxy = false,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                ConnectCallback = async (context, cancellationToken) => new NetworkStream(
                    await provider.GetRequiredService<OutboundConnections>().ConnectAsync(context.DnsEndPoint, cancellationToken), ownsSocket: true),
            });
        return services;
    }

    /// <summary>Whether an address belongs to this machine, a private network or no single host.</summary>
    public static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }
        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6SiteLocal || address.IsIPv6UniqueLocal || address.IsIPv6Multicast || address.Equals(IPAddress.IPv6Any)
                // Addresses that carry an IPv4 address within them (6to4, NAT64) could lead anywhere.
                || (bytes[0] == 0x20 && bytes[1] == 0x02) || (bytes[0] == 0x00 && bytes[1] == 0x64)
            : bytes[0] is 0 or 10 or 127 || bytes[0] >= 224
                || (bytes[0] == 100 && bytes[1] is >= 64 and <= 127)
                || (bytes[0] == 169 && bytes[1] == 254)
                || (bytes[0] == 172 && bytes[1] is >= 16 and <= 31)
                || (bytes[0] == 192 && bytes[1] == 168)
                || (bytes[0] == 192 && bytes[1] == 0 && bytes[2] == 0)
                || (bytes[0] == 198 && bytes[1] is 18 or 19);
    }
}
