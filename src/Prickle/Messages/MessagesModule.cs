using Prickle.Accounts;
using Prickle.Destinations;
using Prickle.Messages.Sending;
using Prickle.Messages.Showing;
using Prickle.Messages.Storage;
using Prickle.Messages.Wire;
using Prickle.Persons;

namespace Prickle.Messages;

/// <summary>Messages that people see on the pages of the customer: a banner, a toast or a dialog, once.</summary>
public static class MessagesModule
{
    public static IServiceCollection AddMessages(this IServiceCollection services)
    {
        services.AddSingleton<MessageStore>();
        services.AddSingleton<WaitingMessages>();
        services.AddSingleton<MissedMarks>();
        services.AddSingleton<PublicMessageEndpoints>();
        services.AddSingleton<IProjectDeletionListener, MessageRemoval>();
        services.AddSingleton<IPersonDeletionListener, PersonMessageRemoval>();
        return services.AddDestinationKind<InAppMessageKind>();
    }

    /// <summary>What pages of customers ask.</summary>
    public static void MapPublicMessages(this IEndpointRouteBuilder app) => app.ServiceProvider.GetRequiredService<PublicMessageEndpoints>().Map(app);
}
