using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Prickle.Destinations.Sending;

/// <summary>What both ways into Slack share.</summary>
static class SlackText
{
    public static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonObject? Read(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null for a message without blocks.</summary>
    public static JsonArray? BlocksOf(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }
        var node = JsonNode.Parse(text);
        // The Block Kit Builder of Slack copies an object around them.
        return (node as JsonArray ?? node?["blocks"] as JsonArray)?.DeepClone().AsArray();
    }

    /// <summary>What an error code of Slack means.</summary>
    public static DeliveryOutcome OutcomeOf(string code, TimeSpan? retryAfter) => code switch
    {
        "ratelimited" or "rate_limited" or "message_limit_exceeded" => new DeliveryOutcome.RateLimited("Slack wants fewer messages.", retryAfter),
        "invalid_auth" or "not_authed" or "token_revoked" or "token_expired" or "account_inactive" or "invalid_token" or "no_permission" or "missing_scope"
            or "org_login_required" or "ekm_access_denied" or "team_access_not_granted" or "team_disabled" or "not_allowed_token_type" =>
            new DeliveryOutcome.Misconfigured($"Slack does not accept the token ({code})."),
        "channel_not_found" => new DeliveryOutcome.Misconfigured("Slack has no such channel, or the bot cannot see it (channel_not_found)."),
        "not_in_channel" => new DeliveryOutcome.Misconfigured("The bot is not in the channel: invite it there (not_in_channel)."),
        "is_archived" or "channel_is_archived" => new DeliveryOutcome.Misconfigured($"The channel is archived ({code})."),
        "no_service" or "no_service_id" or "no_team" or "no_active_hooks" or "action_prohibited" or "posting_to_general_channel_denied" or "user_not_found" or "restricted_action" =>
            new DeliveryOutcome.Misconfigured($"Slack takes no messages this way any more ({code})."),
        "internal_error" or "fatal_error" or "service_unavailable" or "request_timeout" or "rollup_error" or "" =>
            new DeliveryOutcome.Unreachable(code.Length == 0 ? "Slack gave an answer that is none." : $"Slack has trouble ({code}).", MayHaveArrived: true),
        "msg_too_long" => new DeliveryOutcome.Rejected("The message is too long for Slack (msg_too_long)."),
        "no_text" => new DeliveryOutcome.Rejected("The message is empty (no_text)."),
        "invalid_blocks" or "invalid_blocks_format" => new DeliveryOutcome.Rejected($"Slack cannot read the blocks ({code})."),
        _ => new DeliveryOutcome.Rejected($"Slack refused the message ({Exchanges.Cut(code)})."),
    };
}
