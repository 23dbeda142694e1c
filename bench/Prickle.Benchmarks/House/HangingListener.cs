using System.Net;
using System.Net.Sockets;

namespace Prickle.Benchmarks.House;

/// <summary>Takes connections and never answers: a server that hangs.</summary>
sealed class HangingListener : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _closing = new();
    readonly List<TcpClient> _taken = [];
    readonly Task _taking;

    public HangingListener()
    {
        _listener.Start();
        _taking = TakeAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    async Task TakeAsync()
    {
        try
        {
            while (true)
            {
                _taken.Add(await _listener.AcceptTcpClientAsync(_closing.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _taking;
        _taken.ForEach(client => client.Dispose());
        _listener.Dispose();
        _closing.Dispose();
    }
}
