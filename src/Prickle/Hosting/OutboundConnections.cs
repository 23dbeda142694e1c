using System.Net;
using System.Net.Sockets;

namespace Prickle.Hosting;

/// <summary>Connections to servers that people name, whatever is spoken over them.</summary>
/// <param name="allowsPrivate">What the operator says about addresses of private networks.</param>
public sealed class OutboundConnections(bool allowsPrivate)
{
    /// <summary>The address that was looked at is the one that is connected to: a name cannot change its mind in between.</summary>
    /// <exception cref="HttpRequestException">It is an address of a private network.</exception>
    /// <exception cref="SocketException">There is no such server, or it does not listen.</exception>
    public async Task<Socket> ConnectAsync(DnsEndPoint endpoint, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(endpoint.Host, cancellationToken);
        var allowed = allowsPrivate ? addresses : [.. addresses.Where(address => !OutboundHttp.IsPrivate(address))];
        if (allowed.Length == 0)
        {
            throw new HttpRequestException($"{endpoint.Host} is an address of a private network, which is not allowed here.");
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, endpoint.Port, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
