using Prickle.Hosting;

namespace Prickle.Subscriptions.Sending;

/// <summary>Tells the sender that mails wait.</summary>
public sealed class SubscriptionWake : Wake;
