using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MudBlazor;
using Prickle.Destinations.Sending;
using Prickle.Hosting;
using Prickle.Rendering;

namespace Prickle.Destinations.Slack;

/// <summary>
/// A message by a bot's token. The key goes along as metadata, so that a message whose answer was lost is found in the channel
/// and not posted twice.
/// </summary>
sealed class SlackKind(IHttpClientFactory clients, TimeProvider time) : DestinationKind
{
    const string EventType = "prickle_message";

    // As far back as a lost answer is looked for.
    static readonly TimeSpan LookBack = TimeSpan.FromDays(1);

    public override string Key => "slack";

    public override string Title => "Slack message";

    public override string Sentence => "Post a message to a channel as a bot";

    public override string Icon => Icons.Material.Outlined.Tag;

    public override DestinationRepeat Repeat => DestinationRepeat.AsksFirst;

    public override bool TakesPicture => true;

    public override IReadOnlyList<DestinationField> Connection { get; } =
    [
        new("token", "Bot token", FieldType.Secret) { IsRequired = true, Help = "Begins with xoxb-. The bot needs chat:write; with channels:history no message is ever posted twice." },
        new("api_url", "API address", FieldType.Url) { Default = "https://slack.com/api", Help = "Other than slack.com for GovSlack alone." },
    ];

    public override IReadOnlyList<DestinationField> Message { get; } =
    [
        new("channel", "Channel", FieldType.Text) { IsRequired = true, IsTemplate = true, Longest = 200, Help = "The channel's id (C0123456789), or its name with #. The bot must be in it." },
        new("text", "Text", FieldType.LongText) { IsTemplate = true, Escape = TextEscape.Slack, Longest = 12_000, IsRequired = true, Help = "In Slack's mrkdwn: *bold*, <https://example.com|link>. With blocks it is what notifications show." },
        new("blocks", "Blocks", FieldType.Json) { IsTemplate = true, Escape = TextEscape.SlackJson, Longest = 30_000, Help = "A JSON array in Slack's Block Kit; empty for the text alone." },
    ];

    public override FieldProblem? ProblemOf(IReadOnlyDictionary<string, string> connection, IReadOnlyDictionary<string, string> message) =>
        connection.GetValueOrDefault("token") is { Length: > 0 } token && !token.StartsWith("xox", StringComparison.Ordinal)
            ? new FieldProblem("token", "A token of Slack begins with xoxb-.") : null;

    public override async Task<DeliveryReport> DeliverAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(OutboundHttp.Name);
        var report = (delivery.MayHaveArrived ? await FindAsync(client, delivery, cancellationToken) : null) ?? await PostAsync(client, delivery, cancellationToken);
        return delivery.Picture is { } picture && report is { Outcome: DeliveryOutcome.Delivered, Output: { } posted }
            ? report with { Outcome = await new SlackPicture(client, delivery).AddAsync(picture, $"{posted["channel"]}", $"{posted["ts"]}", cancellationToken) }
            : report;
    }

    static async Task<DeliveryReport> PostAsync(HttpClient client, Delivery delivery, CancellationToken cancellationToken)
    {
        var payload = new JsonObject
        {
            ["channel"] = delivery["channel"],
            ["text"] = delivery["text"],
            ["unfurl_links"] = false,
            ["unfurl_media"] = false,
            ["metadata"] = new JsonObject { ["event_type"] = EventType, ["event_payload"] = new JsonObject { ["key"] = delivery.Key } },
        };
        if (SlackText.BlocksOf(delivery["blocks"]) is { } blocks)
        {
            payload["blocks"] = blocks;
        }
        using var request = Request(delivery, HttpMethod.Post, "chat.postMessage");
        request.Content = new StringContent(payload.ToJsonString(SlackText.Relaxed), Encoding.UTF8, MediaTypeNames.Application.Json);
        var answer = await Exchanges.SendAsync(client, request, $"POST {request.RequestUri}\n\n{payload.ToJsonString(SlackText.Relaxed)}", cancellationToken);
        var body = SlackText.Read(answer.Body);
        return Exchanges.OutcomeOf(answer, "Slack") is { } trouble ? new DeliveryReport(trouble, null, answer.Exchange)
            : body?["ok"]?.GetValue<bool>() == true ? new DeliveryReport(new DeliveryOutcome.Delivered(), Output(body["channel"], body["ts"]), answer.Exchange)
            : new DeliveryReport(SlackText.OutcomeOf(body?["error"]?.ToString() ?? "", answer.RetryAfter), null, answer.Exchange);
    }

    /// <summary>Whether the message is there; null when it is not, and may be posted.</summary>
    async Task<DeliveryReport?> FindAsync(HttpClient client, Delivery delivery, CancellationToken cancellationToken)
    {
        var oldest = (time.GetUtcNow() - LookBack).ToUnixTimeSeconds();
        using var request = Request(
            delivery, HttpMethod.Get, $"conversations.history?channel={Uri.EscapeDataString(delivery["channel"])}&include_all_metadata=true&limit=200&oldest={oldest}");
        // A channel full of messages is larger than an answer that is shown.
        var answer = await Exchanges.SendAsync(client, request, $"GET {request.RequestUri}", cancellationToken, largest: 4 << 20);
        if (Exchanges.OutcomeOf(answer, "Slack") is { } trouble)
        {
            // Still on the way: nobody knows yet.
            return new DeliveryReport(trouble is DeliveryOutcome.Unreachable away ? away with { MayHaveArrived = true } : trouble, null, answer.Exchange);
        }
        var body = SlackText.Read(answer.Body);
        if (body?["ok"]?.GetValue<bool>() != true || body["messages"] is not JsonArray messages)
        {
            return body?["error"]?.ToString() is "ratelimited"
                ? new DeliveryReport(new DeliveryOutcome.RateLimited("Slack wants fewer requests.", answer.RetryAfter), null, answer.Exchange)
                : new DeliveryReport(new DeliveryOutcome.Rejected("It may have been posted already and cannot be looked for: it is not posted again."), null, answer.Exchange);
        }
        var found = messages.OfType<JsonObject>().FirstOrDefault(message => message["metadata"]?["event_payload"]?["key"]?.ToString() == delivery.Key);
        return found is null ? null : new DeliveryReport(
            new DeliveryOutcome.Delivered("An earlier try had arrived."), Output(JsonValue.Create(delivery["channel"]), found["ts"]), answer.Exchange);
    }

    internal static HttpRequestMessage Request(Delivery delivery, HttpMethod method, string path)
    {
        var origin = delivery["api_url"] is { Length: > 0 } given ? given.TrimEnd('/') : "https://slack.com/api";
        return new HttpRequestMessage(method, new Uri($"{origin}/{path}")) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", delivery["token"]) } };
    }

    static JsonObject Output(JsonNode? channel, JsonNode? timestamp) => new() { ["channel"] = channel?.DeepClone(), ["ts"] = timestamp?.DeepClone() };
}
