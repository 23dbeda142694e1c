using Prickle.Destinations;
using Prickle.Mail;

namespace Prickle.Subscriptions.Sending;

/// <summary>What became of a try to send, by mail or to Slack.</summary>
/// <param name="Detail">Why it was not sent, or went with less than it should; null when all is well.</param>
/// <param name="IsFinal">Another try would not help.</param>
/// <param name="After">When the other side wants the next one; null where it does not say.</param>
sealed record Attempt(bool IsSent, string? Detail = null, bool IsFinal = false, TimeSpan? After = null)
{
    public static Attempt Failed(string detail) => new(false, detail, IsFinal: true);

    public static Attempt Of(MailOutcome outcome) => outcome is MailOutcome.Refused refused ? new(false, refused.Detail, refused.IsFinal) : new(true);

    public static Attempt Of(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Delivered { Detail: var detail } => new(true, detail.Length > 0 ? detail : null),
        DeliveryOutcome.Rejected => Failed(outcome.Detail),
        DeliveryOutcome.RateLimited limited => new(false, outcome.Detail, After: limited.RetryAfter),
        _ => new(false, outcome.Detail),
    };
}
