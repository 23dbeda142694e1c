using System.Diagnostics;
using System.Net.Http.Headers;

namespace Prickle.Benchmarks.Capture;

/// <summary>Clients that send ready-made bodies over kept-open connections, in a process other than the product's.</summary>
sealed class LoadGenerator(HttpClient http, Uri address)
{
    /// <summary>Sends everything as fast as so many clients get answers.</summary>
    public async Task<LoadResult> SendAllAsync(IReadOnlyList<LoadBody> bodies, int clients, CancellationToken cancellationToken)
    {
        var next = -1;
        var latencies = new double[bodies.Count];
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            for (var index = Interlocked.Increment(ref next); index < bodies.Count; index = Interlocked.Increment(ref next))
            {
                latencies[index] = await SendAsync(bodies[index], cancellationToken);
            }
        }));
        return new LoadResult(Stopwatch.GetElapsedTime(begun), latencies);
    }

    /// <summary>
    /// Sends everything at a steady rate of events, whether or not answers come in time: a slow answer delays no other,
    /// so that waiting in line is part of what is measured.
    /// </summary>
    public async Task<LoadResult> SendSteadilyAsync(IReadOnlyList<LoadBody> bodies, double eventsPerSecond, CancellationToken cancellationToken)
    {
        var latencies = new double[bodies.Count];
        var sending = new List<Task>(bodies.Count);
        var begun = Stopwatch.GetTimestamp();
        var due = TimeSpan.Zero;
        for (var index = 0; index < bodies.Count; index++)
        {
            var wait = due - Stopwatch.GetElapsedTime(begun);
            if (wait > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(wait, cancellationToken);
            }

            sending.Add(MeasureAsync(index));
            due += TimeSpan.FromSeconds(bodies[index].Events / eventsPerSecond);
        }

        await Task.WhenAll(sending);
        return new LoadResult(Stopwatch.GetElapsedTime(begun), latencies);

        async Task MeasureAsync(int index) => latencies[index] = await SendAsync(bodies[index], cancellationToken);
    }

    async Task<double> SendAsync(LoadBody body, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        using var content = new ByteArrayContent(body.Bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        using var reply = await http.PostAsync(new Uri(address, "e/"), content, cancellationToken);
        reply.EnsureSuccessStatusCode();
        await reply.Content.ReadAsByteArrayAsync(cancellationToken);
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }
}

/// <summary>How sending went.</summary>
/// <param name="Elapsed">From the first request to the last answer.</param>
/// <param name="Milliseconds">Of each answer.</param>
sealed record LoadResult(TimeSpan Elapsed, IReadOnlyList<double> Milliseconds)
{
    /// <summary>The time that so large a share of the answers stayed under.</summary>
    public double Percentile(double share)
    {
        var sorted = Milliseconds.Order().ToList();
        return Math.Round(sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))], 1);
    }
}
