using System.Net.Mime;
using System.Text;
using System.Text.Json.Nodes;
using MudBlazor;
using Prickle.Destinations.Sending;
using Prickle.Hosting;
using Prickle.Rendering;

namespace Prickle.Destinations.SlackWebhook;

/// <summary>A message by an incoming webhook: its address is the secret, and nobody can ask what has arrived.</summary>
sealed class SlackWebhookKind(IHttpClientFactory clients) : DestinationKind
{
    public override string Key => "slack_webhook";

    public override string Title => "Slack incoming webhook";

    public override string Sentence => "Post a message to the one channel of a webhook";

    public override string Icon => Icons.Material.Outlined.AlternateEmail;

    public override DestinationRepeat Repeat => DestinationRepeat.IsUnknown;

    public override IReadOnlyList<DestinationField> Connection { get; } =
        [new("url", "Webhook address", FieldType.Secret) { IsRequired = true, Help = "https://hooks.slack.com/services/… as Slack shows it. Whoever knows it can post." }];

    public override IReadOnlyList<DestinationField> Message { get; } =
    [
        new("text", "Text", FieldType.LongText) { IsTemplate = true, Escape = TextEscape.Slack, Longest = 12_000, IsRequired = true, Help = "In Slack's mrkdwn: *bold*, <https://example.com|link>." },
        new("blocks", "Blocks", FieldType.Json) { IsTemplate = true, Escape = TextEscape.SlackJson, Longest = 30_000, Help = "A JSON array in Slack's Block Kit; empty for the text alone." },
    ];

    public override FieldProblem? ProblemOf(IReadOnlyDictionary<string, string> connection, IReadOnlyDictionary<string, string> message) =>
        connection.GetValueOrDefault("url") is { Length: > 0 } url && (!Uri.TryCreate(url.Trim(), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            ? new FieldProblem("url", "The address begins with https://.") : null;

    public override async Task<DeliveryReport> DeliverAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var payload = new JsonObject { ["text"] = delivery["text"], ["unfurl_links"] = false, ["unfurl_media"] = false };
        if (SlackText.BlocksOf(delivery["blocks"]) is { } blocks)
        {
            payload["blocks"] = blocks;
        }
        using var client = clients.CreateClient(OutboundHttp.Name);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(delivery["url"]))
        {
            Content = new StringContent(payload.ToJsonString(SlackText.Relaxed), Encoding.UTF8, MediaTypeNames.Application.Json),
        };
        var answer = await Exchanges.SendAsync(client, request, $"POST {request.RequestUri!.GetLeftPart(UriPartial.Authority)}/********\n\n{payload.ToJsonString(SlackText.Relaxed)}", cancellationToken);
        return new DeliveryReport(OutcomeOf(answer), null, answer.Exchange);
    }

    // It answers with a status and a word.
    static DeliveryOutcome OutcomeOf(HttpAnswer answer) =>
        Exchanges.OutcomeOf(answer, "Slack") is not { } refused ? new DeliveryOutcome.Delivered()
        : refused is not DeliveryOutcome.Rejected ? refused
        : answer.Body.Trim() is { Length: > 0 and < 60 } word && !word.Contains(' ', StringComparison.Ordinal) && SlackText.OutcomeOf(word, answer.RetryAfter) is var known
            && known is not DeliveryOutcome.Unreachable ? known
        : answer.Number is "403" or "404" or "410" ? new DeliveryOutcome.Misconfigured($"Slack does not know the webhook any more ({answer.Number}).")
        : refused;
}
