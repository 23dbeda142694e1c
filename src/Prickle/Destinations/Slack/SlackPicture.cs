using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json.Nodes;
using Prickle.Destinations.Sending;

namespace Prickle.Destinations.Slack;

/// <summary>
/// Puts a picture below a message that is posted: an address to send it to, the picture itself, and that it is to be shown. Only the
/// last of the three shows anything, so the others may be done again.
/// </summary>
sealed class SlackPicture(HttpClient client, Delivery delivery)
{
    const int LargestAnswer = 1 << 20;

    /// <summary>What became of the message with its picture. What Slack refuses for good costs the picture, and not the message.</summary>
    public async Task<DeliveryOutcome> AddAsync(DeliveryPicture picture, string channel, string thread, CancellationToken cancellationToken)
    {
        if (delivery.MayHaveArrived)
        {
            var (replies, lost) = await AskAsync(
                SlackKind.Request(delivery, HttpMethod.Get, $"conversations.replies?channel={Uri.EscapeDataString(channel)}&ts={Uri.EscapeDataString(thread)}&limit=50"), cancellationToken);
            if (lost is not null)
            {
                return Without(lost);
            }
            if (IsAmong(replies, picture))
            {
                return new DeliveryOutcome.Delivered();
            }
        }
        var asking = SlackKind.Request(delivery, HttpMethod.Post, "files.getUploadURLExternal");
        asking.Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["filename"] = picture.Name,
            ["length"] = picture.Png.Length.ToString(CultureInfo.InvariantCulture),
            ["alt_txt"] = picture.Title,
        });
        var (place, trouble) = await AskAsync(asking, cancellationToken);
        if (trouble is null && Uri.TryCreate(place["upload_url"]?.ToString(), UriKind.Absolute, out var address))
        {
            trouble = await UploadAsync(address, picture, cancellationToken) ?? await ShowAsync(picture, $"{place["file_id"]}", channel, thread, cancellationToken);
            return trouble is null ? new DeliveryOutcome.Delivered() : Without(trouble);
        }
        return Without(trouble ?? SlackText.OutcomeOf("", null));
    }

    // Without the token: whoever has the address may send.
    async Task<DeliveryOutcome?> UploadAsync(Uri address, DeliveryPicture picture, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new ByteArrayContent(picture.Png) { Headers = { ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Octet) } },
        };
        return Exchanges.OutcomeOf(await Exchanges.SendAsync(client, request, $"POST {picture.Name}", cancellationToken), "Slack");
    }

    async Task<DeliveryOutcome?> ShowAsync(DeliveryPicture picture, string file, string channel, string thread, CancellationToken cancellationToken)
    {
        var request = SlackKind.Request(delivery, HttpMethod.Post, "files.completeUploadExternal");
        var body = new JsonObject
        {
            ["files"] = new JsonArray(new JsonObject { ["id"] = file, ["title"] = picture.Title }),
            ["channel_id"] = channel,
            ["thread_ts"] = thread,
        };
        request.Content = new StringContent(body.ToJsonString(SlackText.Relaxed), Encoding.UTF8, MediaTypeNames.Application.Json);
        return (await AskAsync(request, cancellationToken)).Trouble;
    }

    /// <summary>Asks, and gives what came or why it is of no use.</summary>
    async Task<(JsonObject Body, DeliveryOutcome? Trouble)> AskAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            var answer = await Exchanges.SendAsync(client, request, $"{request.Method} {request.RequestUri}", cancellationToken, LargestAnswer);
            var body = SlackText.Read(answer.Body) ?? [];
            return (body, Exchanges.OutcomeOf(answer, "Slack") ?? (body["ok"]?.ToString() == "true" ? null
                : body["error"]?.ToString() == "missing_scope" ? new DeliveryOutcome.Misconfigured("The bot may not upload files: give it the scope files:write (missing_scope).")
                : SlackText.OutcomeOf($"{body["error"]}", answer.RetryAfter)));
        }
    }

    static bool IsAmong(JsonObject replies, DeliveryPicture picture) => replies["messages"] is JsonArray messages && messages.OfType<JsonObject>()
        .Any(reply => reply["files"] is JsonArray files && files.Any(file => file?["name"]?.ToString() == picture.Name));

    // The message is there: another try looks for it and adds what is missing.
    static DeliveryOutcome Without(DeliveryOutcome trouble) => trouble switch
    {
        DeliveryOutcome.Unreachable or DeliveryOutcome.RateLimited => new DeliveryOutcome.Unreachable(trouble.Detail, MayHaveArrived: true),
        _ => new DeliveryOutcome.Delivered($"It went without its picture. {trouble.Detail}"),
    };
}
