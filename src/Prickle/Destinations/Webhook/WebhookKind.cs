using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MudBlazor;
using Prickle.Destinations.Sending;
using Prickle.Hosting;
using Prickle.Rendering;

namespace Prickle.Destinations.Webhook;

/// <summary>A request to somebody's server, signed where there is a secret. The key goes along, by which the server knows a repetition.</summary>
sealed partial class WebhookKind(IHttpClientFactory clients, TimeProvider time) : DestinationKind
{
    const int LargestOutput = 16 * 1024;

    // These are ours, or would say where the body ends.
    static readonly HashSet<string> Kept = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Upgrade", "Idempotency-Key", "Prickle-Signature", "Proxy-Authorization", "TE", "Trailer",
    };

    public override string Key => "webhook";

    public override string Title => "Webhook";

    public override string Sentence => "Send a request to an address";

    public override string Icon => Icons.Material.Outlined.Webhook;

    public override DestinationRepeat Repeat => DestinationRepeat.IsSafe;

    public override bool NeedsConnection => false;

    public override IReadOnlyList<DestinationField> Connection { get; } =
    [
        new("secret", "Signing secret", FieldType.Secret) { Help = "Signs each request in the header Prickle-Signature, so that your server knows who sends." },
        new("secret_headers", "Secret headers", FieldType.Secret) { Help = "Lines of name: value, such as Authorization: Bearer …" },
    ];

    public override IReadOnlyList<DestinationField> Message { get; } =
    [
        new("method", "Method", FieldType.Choice) { Default = "POST", Choices = ["POST", "PUT", "PATCH", "GET", "DELETE"] },
        new("url", "Address", FieldType.Url) { IsRequired = true, IsTemplate = true, Escape = TextEscape.Url, Longest = 2_000, Help = "Values may stand behind the host, not in it." },
        new("headers", "Headers", FieldType.Headers) { IsTemplate = true, Longest = 8_000, Help = "Lines of name: value. Secrets belong to the destination." },
        new("body", "Body", FieldType.Json) { IsTemplate = true, Escape = TextEscape.Json, Longest = 200_000, Default = """{"event": {{ event }}, "person": {{ person }}}""", Help = "JSON. A value outside of quotes is written as JSON." },
    ];

    public override FieldProblem? ProblemOf(IReadOnlyDictionary<string, string> connection, IReadOnlyDictionary<string, string> message) =>
        message.GetValueOrDefault("url") is { Length: > 0 } url && !FixedHost().IsMatch(url) ? new FieldProblem("url", "The address begins with http:// or https:// and a host without places for values.")
        : connection.GetValueOrDefault("secret_headers") is { Length: > 0 } secret && HeadersOf(secret) is null ? new FieldProblem("secret_headers", "Secret headers have lines of \"name: value\".")
        : message.GetValueOrDefault("headers") is { Length: > 0 } headers && HeadersOf(headers)?.Keys.FirstOrDefault(Kept.Contains) is { } kept
            ? new FieldProblem("headers", $"The header {kept} cannot be set.")
        : null;

    public override async Task<DeliveryReport> DeliverAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(OutboundHttp.Name);
        using var request = new HttpRequestMessage(new HttpMethod(delivery["method"]), new Uri(delivery["url"]));
        var body = delivery["method"] == "GET" ? "" : delivery["body"];
        if (body.Length > 0)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json) { CharSet = "utf-8" };
        }
        var shown = new StringBuilder($"{delivery["method"]} {delivery["url"]}\n");
        foreach (var (name, value) in HeadersOf(delivery["headers"]) ?? [])
        {
            Add(request, name, value);
            shown.Append(CultureInfo.InvariantCulture, $"{name}: {value}\n");
        }
        foreach (var (name, value) in HeadersOf(delivery["secret_headers"]) ?? [])
        {
            Add(request, name, value);
            shown.Append(CultureInfo.InvariantCulture, $"{name}: ********\n");
        }
        request.Headers.TryAddWithoutValidation("Idempotency-Key", delivery.Key);
        shown.Append(CultureInfo.InvariantCulture, $"Idempotency-Key: {delivery.Key}\n");
        if (delivery["secret"] is { Length: > 0 } secret)
        {
            request.Headers.TryAddWithoutValidation("Prickle-Signature", SignatureOf(secret, body, time.GetUtcNow()));
        }
        if (!request.Headers.Contains("User-Agent"))
        {
            request.Headers.TryAddWithoutValidation("User-Agent", "Prickle");
        }
        var answer = await Exchanges.SendAsync(client, request, $"{shown}\n{body}", cancellationToken);
        return Exchanges.OutcomeOf(answer, "The server") is { } refused
            ? new DeliveryReport(refused, null, answer.Exchange)
            : new DeliveryReport(new DeliveryOutcome.Delivered(), Output(answer), answer.Exchange);
    }

    /// <summary><c>t=1700000000,v1=hex</c>, where the hex is the HMAC-SHA256 of <c>t.body</c>.</summary>
    internal static string SignatureOf(string secret, string body, DateTimeOffset at)
    {
        var moment = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{moment}.{body}"));
        return $"t={moment},v1={Convert.ToHexStringLower(signature)}";
    }

    static void Add(HttpRequestMessage request, string name, string value)
    {
        if (Kept.Contains(name))
        {
            return;
        }
        if (request.Content is { } content && name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
        {
            content.Headers.Remove(name);
            content.Headers.TryAddWithoutValidation(name, value);
            return;
        }
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }

    static JsonObject Output(HttpAnswer answer)
    {
        var output = new JsonObject { ["status"] = (int)answer.Status! };
        if (answer.IsWhole && answer.Body.Length is > 0 and <= LargestOutput)
        {
            try
            {
                output["body"] = JsonNode.Parse(answer.Body);
            }
            catch (JsonException)
            {
                // Not everybody answers with JSON.
            }
        }
        return output;
    }

    /// <summary>By name; null where a line is none.</summary>
    static Dictionary<string, string>? HeadersOf(string text)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is var colon && (colon < 1 || !HeaderName().IsMatch(line[..colon])))
            {
                return null;
            }
            headers[line[..colon].Trim()] = line[(colon + 1)..].Trim();
        }
        return headers;
    }

    [GeneratedRegex("""^https?://(?:[^/?#\s{}@\\]+)(?:[/?#]|$)""", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FixedHost();

    [GeneratedRegex("""^[A-Za-z0-9!#$%&'*+.^_`|~-]+\s*$""", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HeaderName();
}
