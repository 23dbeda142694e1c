using Prickle.Storage;
using Prickle.Subscriptions.Storage;

namespace Prickle.Subscriptions.Sending;

/// <summary>Writes down what is to be sent of a subscription.</summary>
static class DeliveryQueue
{
    /// <summary>The recipient of a message to a webhook, which has one channel and does not say which.</summary>
    public const string OwnChannel = "Slack";

    public static void Add(PrickleDatabase database, SubscriptionRow row, DateTimeOffset now)
    {
        if (row.DestinationId is { } destination)
        {
            var channel = row.Channel.Length > 0 ? row.Channel : OwnChannel;
            database.Add(new DeliveryRow { SubscriptionId = row.Id, DueAt = now, Recipient = channel, DestinationId = destination, TryAt = now });
        }
        foreach (var recipient in row.Recipients)
        {
            database.Add(new DeliveryRow { SubscriptionId = row.Id, DueAt = now, Recipient = recipient, TryAt = now });
        }
    }
}
