using Prickle.Storage;
using Prickle.Subscriptions.Storage;

namespace Prickle.Subscriptions.Sending;

/// <summary>Writes the mails of a subscription down, to be sent.</summary>
static class DeliveryQueue
{
    public static void Add(PrickleDatabase database, SubscriptionRow row, DateTimeOffset now)
    {
        foreach (var recipient in row.Recipients)
        {
            database.Add(new DeliveryRow { SubscriptionId = row.Id, DueAt = now, Recipient = recipient, TryAt = now });
        }
    }
}
