using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Prickle.Benchmarks.Processes;

namespace Prickle.Benchmarks.Engine;

/// <summary>Asks over plain HTTP, reading bytes and nothing more, and takes the library's own time out of the reply.</summary>
sealed class LibraryTime(MeasuredEngine engine, HttpClient http)
{
    /// <summary>How long the bytes took to arrive, and how long the library says it worked.</summary>
    public async Task<(TimeSpan Streamed, double LibrarySeconds)> OfAsync(string sql, CancellationToken cancellationToken)
    {
        var endpoint = engine.Endpoint("default");
        var begun = Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(endpoint.Address, "?default_format=RowBinary&wait_end_of_query=1"));
        request.Headers.Add("X-ClickHouse-User", endpoint.User);
        request.Headers.Add("X-ClickHouse-Key", endpoint.Password);
        request.Content = new StringContent(sql);
        using var reply = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        reply.EnsureSuccessStatusCode();
        await using var body = await reply.Content.ReadAsStreamAsync(cancellationToken);
        await body.CopyToAsync(Stream.Null, cancellationToken);
        var streamed = Stopwatch.GetElapsedTime(begun);
        using var summary = JsonDocument.Parse(reply.Headers.GetValues("X-ClickHouse-Summary").Last());
        var nanoseconds = summary.RootElement.TryGetProperty("elapsed_ns", out var elapsed)
            ? double.Parse(elapsed.GetString()!, CultureInfo.InvariantCulture)
            : 0;
        return (streamed, nanoseconds / 1e9);
    }
}
