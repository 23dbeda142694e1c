using Prickle.Accounts;
using Prickle.Dashboards;
using Prickle.Destinations;
using Prickle.Subscriptions.Api;
using Prickle.Subscriptions.Leaving;
using Prickle.Subscriptions.Panel;
using Prickle.Subscriptions.Sending;
using Prickle.Subscriptions.Storage;

namespace Prickle.Subscriptions;

/// <summary>Dashboards that come by mail or to Slack.</summary>
public static class SubscriptionsModule
{
    public static IServiceCollection AddSubscriptions(this IServiceCollection services)
    {
        services.AddSingleton<SubscriptionWake>();
        services.AddSingleton<SlackTargets>();
        services.AddSingleton<SubscriptionBook>();
        services.AddSingleton<LeavingLinks>();
        services.AddSingleton<SubscriptionMail>();
        services.AddSingleton<SlackPost>();
        services.AddSingleton<RoundContents>();
        services.AddSingleton<SubscriptionSender>();
        services.AddHostedService<SubscriptionWorker>();
        services.AddSingleton<IDashboardSide, SubscribeSide>();
        services.AddSingleton<IProjectDeletionListener, SubscriptionRemoval>();
        services.AddSingleton<IDestinationUse, SubscriptionUses>();
        return services;
    }

    /// <summary>The endpoints, on the group that <c>MapProjectApi</c> gives.</summary>
    public static void MapSubscriptions(this RouteGroupBuilder project) => SubscriptionEndpoints.Map(project);

    /// <summary>What those reach who got a mail and have no account.</summary>
    public static void MapLeaving(this IEndpointRouteBuilder endpoints) => LeavingEndpoint.Map(endpoints);
}
