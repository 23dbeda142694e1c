using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Prickle.Hosting;

namespace Prickle.Destinations.Sending;

/// <summary>One request over HTTP and what came of it, in the words of deliveries. All kinds that speak HTTP go this way.</summary>
static class Exchanges
{
    /// <summary>What is read of an answer.</summary>
    public const int LargestAnswer = 64 * 1024;

    const int LongestShown = 4_000;

    public static DeliveryExchange? Cut(DeliveryExchange? exchange) =>
        exchange is null ? null : exchange with { Request = Cut(exchange.Request), Response = Cut(exchange.Response) };

    public static string Cut(string text) => text.Length <= LongestShown ? text : $"{text[..LongestShown]}…";

    /// <summary>Sends, and reads as much of the answer as is looked at.</summary>
    /// <param name="shown">The request, for people.</param>
    /// <exception cref="OperationCanceledException">The caller gave up; a request that takes too long is an answer.</exception>
    public static async Task<HttpAnswer> SendAsync(HttpClient client, HttpRequestMessage request, string shown, CancellationToken cancellationToken, int largest = LargestAnswer)
    {
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            // The client's time ends with the headers; the body has as much again.
            using var patience = new CancellationTokenSource(client.Timeout);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            var (body, isWhole) = await ReadAsync(response, largest, either.Token);
            return new HttpAnswer(response.StatusCode, body, isWhole, RetryAfterOf(response.Headers), response.Headers.ToDictionary(
                header => header.Key, header => header.Value.First(), StringComparer.OrdinalIgnoreCase), null, new DeliveryExchange(shown, (int)response.StatusCode, body));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(shown, "No answer came in time.", mayHaveArrived: true);
        }
        catch (HttpRequestException failure)
        {
            // Where no connection came about, nothing was said.
            var isSilent = failure.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError || PrivateAddressException.Is(failure);
            return Failed(shown, WordsOf(failure, request.RequestUri!), mayHaveArrived: !isSilent);
        }
        catch (IOException)
        {
            return Failed(shown, "The connection broke.", mayHaveArrived: true);
        }
    }

    /// <summary>What a status means where the other side says no more than that; null for one that says it was taken.</summary>
    public static DeliveryOutcome? OutcomeOf(HttpAnswer answer, string whose) => answer switch
    {
        { Trouble: { } trouble } => trouble,
        { Status: HttpStatusCode.TooManyRequests } => new DeliveryOutcome.RateLimited($"{whose} wants fewer requests (429).", answer.RetryAfter),
        { Number: "408" or "425" } or { IsServerError: true } =>
            answer.RetryAfter is { } later ? new DeliveryOutcome.RateLimited($"{whose} asks to come later ({answer.Number}).", later)
                : new DeliveryOutcome.Unreachable($"{whose} has trouble ({answer.Number}).", MayHaveArrived: answer.IsServerError),
        { IsSuccess: true } => null,
        { IsRedirect: true } => new DeliveryOutcome.Rejected($"{whose} points to another address ({answer.Number}), which is not followed."),
        _ => new DeliveryOutcome.Rejected($"{whose} refused it ({answer.Number}{MeaningOf(answer.Status)})."),
    };

    static string MeaningOf(HttpStatusCode? status) => status switch
    {
        HttpStatusCode.Unauthorized => ": who sends is not known there",
        HttpStatusCode.Forbidden => ": who sends may not",
        HttpStatusCode.NotFound => ": nothing is at this address",
        HttpStatusCode.Gone => ": nothing is at this address any more",
        HttpStatusCode.RequestEntityTooLarge => ": it is too large",
        _ => "",
    };

    static HttpAnswer Failed(string shown, string detail, bool mayHaveArrived) => new(
        null, "", true, null, new Dictionary<string, string>(), new DeliveryOutcome.Unreachable(detail, mayHaveArrived), new DeliveryExchange(shown, null, ""));

    static string WordsOf(HttpRequestException failure, Uri address) => failure.HttpRequestError switch
    {
        _ when PrivateAddressException.Is(failure) => $"{address.Host} is an address of a private network, which is not allowed here.",
        HttpRequestError.NameResolutionError => $"There is no server {address.Host}.",
        HttpRequestError.SecureConnectionError => $"The connection to {address.Host} could not be encrypted.",
        _ => $"{address.Host} could not be reached.",
    };

    static async Task<(string Body, bool IsWhole)> ReadAsync(HttpResponseMessage response, int largest, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int length;
        while (read.Length < largest && (length = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, largest - read.Length)), cancellationToken)) > 0)
        {
            read.Write(buffer, 0, length);
        }
        return (Encoding.UTF8.GetString(read.GetBuffer(), 0, (int)read.Length), read.Length < largest);
    }

    static TimeSpan? RetryAfterOf(HttpResponseHeaders headers) => headers.RetryAfter switch
    {
        { Delta: { } delta } => Within(delta),
        { Date: { } date } when headers.Date is { } now => Within(date - now),
        _ => null,
    };

    static TimeSpan Within(TimeSpan asked) => asked < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : asked > TimeSpan.FromHours(6) ? TimeSpan.FromHours(6) : asked;
}

/// <summary>An answer over HTTP.</summary>
/// <param name="Status">Null when none came.</param>
/// <param name="Body">What was read of it.</param>
/// <param name="IsWhole">False when there was more.</param>
/// <param name="Trouble">Why none came.</param>
sealed record HttpAnswer(
    HttpStatusCode? Status, string Body, bool IsWhole, TimeSpan? RetryAfter, IReadOnlyDictionary<string, string> Headers, DeliveryOutcome.Unreachable? Trouble,
    DeliveryExchange Exchange)
{
    public bool IsSuccess => (int?)Status is >= 200 and < 300;

    public bool IsRedirect => (int?)Status is >= 300 and < 400;

    public bool IsServerError => (int?)Status >= 500;

    public string Number => ((int?)Status ?? 0).ToString(CultureInfo.InvariantCulture);
}
