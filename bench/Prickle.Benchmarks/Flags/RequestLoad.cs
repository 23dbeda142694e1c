using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Prickle.Benchmarks.Flags;

/// <summary>
/// Sends ready-made requests over sockets that stay open, one at a time on each. It shares the processor with what it measures,
/// so it reads no more of an answer than where it ends and whether it is the right one.
/// </summary>
sealed class RequestLoad(Uri address, IReadOnlyList<byte[]> requests, int status = 200, int connections = RequestLoad.Connections)
{
    public const int Connections = 32;

    readonly byte[] _status = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}"));

    /// <summary>As fast as answers come.</summary>
    public Task<LoadRun> FloodAsync(TimeSpan during, CancellationToken cancellationToken) => RunAsync(null, during, cancellationToken);

    /// <summary>At a steady rate. What is late because answers before it were counts from when it was due.</summary>
    public Task<LoadRun> HoldAsync(double perSecond, TimeSpan during, CancellationToken cancellationToken) => RunAsync(perSecond, during, cancellationToken);

    async Task<LoadRun> RunAsync(double? perSecond, TimeSpan during, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        var runs = await Task.WhenAll(Enumerable.Range(0, connections).Select(number => Task.Run(
            () => SendAsync(number, perSecond / connections, begun, during, cancellationToken), cancellationToken)));
        var elapsed = Stopwatch.GetElapsedTime(begun);
        return new LoadRun(elapsed, [.. runs.SelectMany(run => run).Order()]);
    }

    async Task<List<float>> SendAsync(int number, double? perSecond, long begun, TimeSpan during, CancellationToken cancellationToken)
    {
        var took = new List<float>(100_000);
        var buffer = new byte[256 * 1024];
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, address.Port), cancellationToken);
        for (var sent = 0; Stopwatch.GetElapsedTime(begun) < during; sent++)
        {
            var due = TimeSpan.Zero;
            if (perSecond is { } rate)
            {
                due = TimeSpan.FromSeconds((sent + ((double)number / connections)) / rate);
                if (due >= during)
                {
                    break;
                }
                // A timer is exact to a millisecond: what is left of it is sent that much early, and counts from then.
                if (due - Stopwatch.GetElapsedTime(begun) is { TotalMilliseconds: > 1 } wait)
                {
                    await Task.Delay(wait, cancellationToken);
                }
            }
            var now = Stopwatch.GetElapsedTime(begun);
            var from = perSecond is null || now < due ? now : due;
            // Whose turn it is goes through all requests, whichever connection sends them.
            await ExchangeAsync(socket, requests[(number + (sent * connections)) % requests.Count], buffer, cancellationToken);
            took.Add((float)(Stopwatch.GetElapsedTime(begun) - from).TotalMilliseconds);
        }
        return took;
    }

    async ValueTask ExchangeAsync(Socket socket, byte[] request, byte[] buffer, CancellationToken cancellationToken)
    {
        await socket.SendAsync(request, cancellationToken);
        var length = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                throw new IOException("The connection was closed in the middle of an answer");
            }
            length += read;
            if (IsWhole(buffer.AsSpan(0, length)))
            {
                break;
            }
        }
        if (!buffer.AsSpan(0, length).StartsWith(_status))
        {
            throw new InvalidOperationException($"Not the answer that was expected: {Encoding.UTF8.GetString(buffer.AsSpan(0, Math.Min(length, 1000)))}");
        }
    }

    static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }
        var head = answer[..(end + 2)];
        if (head.StartsWith("HTTP/1.1 304"u8))
        {
            return true;
        }
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0)
        {
            return answer.EndsWith("\r\n0\r\n\r\n"u8);
        }
        var digits = head[(at + "Content-Length: ".Length)..];
        return answer.Length >= end + 4 + int.Parse(digits[..digits.IndexOf((byte)'\r')], NumberStyles.None, CultureInfo.InvariantCulture);
    }
}

/// <summary>How sending went.</summary>
/// <param name="Milliseconds">Of each answer, the quickest first.</param>
sealed record LoadRun(TimeSpan Elapsed, IReadOnlyList<float> Milliseconds)
{
    public int Count => Milliseconds.Count;

    public double Rate => Math.Round(Count / Elapsed.TotalSeconds);

    public double Percentile(double share) => Math.Round(Milliseconds[Math.Min(Count - 1, (int)(share * Count))], 2);
}
