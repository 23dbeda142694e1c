using System.Text.Encodings.Web;
using System.Text.Json.Nodes;

namespace Prickle.Destinations.Sending;

/// <summary>Takes the secrets of a connection out of all that is shown or kept, in each form in which they may stand there.</summary>
sealed class Masking
{
    const string Mask = "********";

    // Shorter ones would take words out of texts.
    const int Shortest = 4;

    readonly IReadOnlyList<string> _forms;

    public Masking(IEnumerable<string> secrets) => _forms =
    [
        .. secrets.SelectMany(secret => secret.Split('\n').Append(secret)).SelectMany(PartsOf).Where(part => part.Length >= Shortest)
            .SelectMany(part => new[] { part, Uri.EscapeDataString(part), JavaScriptEncoder.Default.Encode(part), JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(part) })
            .Distinct(StringComparer.Ordinal).OrderByDescending(form => form.Length),
    ];

    public string Of(string text)
    {
        foreach (var form in _forms)
        {
            text = text.Replace(form, Mask, StringComparison.Ordinal);
        }
        return text;
    }

    public DeliveryReport Of(DeliveryReport report) => _forms.Count == 0 ? report : report with
    {
        Outcome = report.Outcome with { Detail = Of(report.Outcome.Detail) },
        Output = report.Output is { } output ? JsonNode.Parse(Of(output.ToJsonString()))!.AsObject() : null,
        Exchange = report.Exchange is { } exchange ? exchange with { Request = Of(exchange.Request), Response = Of(exchange.Response) } : null,
        Rendered = report.Rendered.ToDictionary(field => field.Key, field => Of(field.Value)),
    };

    // A line of headers: the value is what is secret. An address: what comes after the host.
    static IEnumerable<string> PartsOf(string secret)
    {
        var text = secret.Trim();
        yield return text;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
        {
            yield return uri.PathAndQuery;
        }
        else if (text.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon)
        {
            var value = text[(colon + 2)..].Trim();
            yield return value;
            // "Bearer" says nothing; what comes behind it does.
            yield return value[(value.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        }
    }
}
