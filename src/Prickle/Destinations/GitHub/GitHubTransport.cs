using System.Globalization;
using Prickle.Destinations.Sending;

namespace Prickle.Destinations.GitHub;

/// <summary>What Octokit's requests go through: no more of an answer is read than is looked at, and the last exchange is kept for people.</summary>
sealed class GitHubTransport(HttpMessageHandler outbound, TimeProvider time) : DelegatingHandler(outbound)
{
    const int LargestAnswer = 4 << 20;

    public DeliveryExchange? Last { get; private set; }

    /// <summary>When GitHub says that it listens again.</summary>
    public TimeSpan? RetryAfter { get; private set; }

    /// <summary>A request that changes something was on its way.</summary>
    public bool WasPosting { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        WasPosting = request.Method != HttpMethod.Get;
        var shown = $"{request.Method} {request.RequestUri}\n\n{(request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken))}";
        Last = new DeliveryExchange(shown, null, "");
        var response = await base.SendAsync(request, cancellationToken);
        var body = await BodyAsync(response, cancellationToken);
        var old = response.Content;
        response.Content = new ByteArrayContent(body);
        foreach (var header in old.Headers.Where(header => !header.Key.StartsWith("Content-Length", StringComparison.OrdinalIgnoreCase)))
        {
            response.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
        old.Dispose();
        Last = new DeliveryExchange(shown, (int)response.StatusCode, System.Text.Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 8_000))));
        RetryAfter = RetryAfterOf(response);
        return response;
    }

    static async Task<byte[]> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int length;
        while ((length = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            read.Write(buffer, 0, length);
            if (read.Length > LargestAnswer)
            {
                throw new HttpRequestException("The answer is larger than any of GitHub's.");
            }
        }
        return read.ToArray();
    }

    TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        if (response.Headers.RetryAfter?.Delta is { } delta)
        {
            return delta;
        }
        return response.Headers.TryGetValues("x-ratelimit-remaining", out var remaining) && remaining.First() == "0"
            && response.Headers.TryGetValues("x-ratelimit-reset", out var reset) && long.TryParse(reset.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds < 32_503_680_000 && DateTimeOffset.FromUnixTimeSeconds(seconds) - time.GetUtcNow() is { Ticks: > 0 } until ? until : null;
    }
}
