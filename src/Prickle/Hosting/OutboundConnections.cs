using System.Net;
using System.Net.Sockets;

namespace Prickle.Hosting;

/// <summary>Connections to servers that people name, whatever is spoken over them.</summary>
/// <param name="allowsPrivate">What the operator says about addresses of private networks.</param>
public sealed class OutboundConnections(bool allowsPrivate)
{
    /// <summary>The address that was looked at is the one that is connected to: a name cannot change its mind in between.</summary>
    /// <exception cref="PrivateAddressException">It is an address of a private network.</exception>
    /// <exception cref="SocketException">There is no such server, or it does not listen.</exception>
    public async Task<Socket> ConnectAsync(DnsEndPoint endpoint, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(endpoint.Host, cancellationToken);
        var allowed = allowsPrivate ? addresses : [.. addresses.Where(address => !OutboundHttp.IsPrivate(address))];
        if (allowed.Length == 0)
        {
            throw new PrivateAddressException(endpoint.Host);
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

/// <summary>Somebody named an address of a private network, and the operator does not allow that.</summary>
public sealed class PrivateAddressException(string host) : HttpRequestException(HttpRequestError.ConnectionError, $"{host} is an address of a private network, which is not allowed here.")
{
    /// <summary>Whether that is at the bottom of a failure: clients wrap what they come upon.</summary>
    public static bool Is(Exception? failure) => failure is not null && (failure is PrivateAddressException || Is(failure.InnerException));
}
