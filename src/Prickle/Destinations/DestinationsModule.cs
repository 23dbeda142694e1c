using Microsoft.EntityFrameworkCore;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Destinations.Api;
using Prickle.Destinations.CapturedEvent;
using Prickle.Destinations.Cohort;
using Prickle.Destinations.Flag;
using Prickle.Destinations.GitHub;
using Prickle.Destinations.Mail;
using Prickle.Destinations.Pages;
using Prickle.Destinations.PersonProperty;
using Prickle.Destinations.Sending;
using Prickle.Destinations.Slack;
using Prickle.Destinations.SlackWebhook;
using Prickle.Destinations.Storage;
using Prickle.Destinations.Webhook;
using Prickle.Shell;
using Prickle.Storage;

namespace Prickle.Destinations;

/// <summary>Ways out: messages that leave, and what is done to persons by itself.</summary>
public static class DestinationsModule
{
    public static IServiceCollection AddDestinations(this IServiceCollection services)
    {
        services.AddSingleton<DestinationSecrets>();
        services.AddSingleton<OpenConnections>();
        services.AddSingleton<FieldRendering>();
        services.AddSingleton<ProductWork>();
        services.AddSingleton<ConnectionHealth>();
        services.AddHostedService(provider => provider.GetRequiredService<ConnectionHealth>());
        services.AddSingleton<DestinationKinds>();
        services.AddSingleton<DestinationQueries>();
        services.AddSingleton(provider => new DestinationBook(
            provider.GetRequiredService<IDbContextFactory<PrickleDatabase>>(), provider.GetRequiredService<DestinationKinds>(), provider.GetRequiredService<DestinationSecrets>(),
            provider.GetRequiredService<OpenConnections>(), provider.GetRequiredService<ConnectionHealth>(), provider.GetServices<IDestinationUse>(),
            provider.GetRequiredService<ActivityLog>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new DestinationSender(
            provider.GetRequiredService<DestinationKinds>(), provider.GetRequiredService<OpenConnections>(), provider.GetRequiredService<ConnectionHealth>(),
            provider.GetRequiredService<FieldRendering>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<DestinationSender>>()));
        services.AddSingleton(provider => new DestinationTest(
            provider.GetRequiredService<DestinationKinds>(), provider.GetRequiredService<DestinationQueries>(), provider.GetRequiredService<DestinationSender>(),
            provider.GetRequiredService<ConnectionHealth>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IProjectDeletionListener, DestinationRemoval>();
        services.AddScoped<ICommandSource, DestinationCommands>();
        services.AddNavigation(new NavigationEntry(
            "Destinations", "destinations", Icons.Material.Outlined.Outbox, NavigationArea.Act, 40, "slack github webhook smtp connections integrations secrets", Resource.Destination));
        return services
            .AddDestinationKind<SlackKind>()
            .AddDestinationKind<SlackWebhookKind>()
            .AddDestinationKind<MailKind>()
            .AddDestinationKind<GitHubKind>()
            .AddDestinationKind<WebhookKind>()
            .AddDestinationKind<CohortAddKind>()
            .AddDestinationKind<CohortRemoveKind>()
            .AddDestinationKind<FlagAddKind>()
            .AddDestinationKind<FlagRemoveKind>()
            .AddDestinationKind<PersonPropertyKind>()
            .AddDestinationKind<CapturedEventKind>();
    }

    /// <summary>The endpoints, on the group that <c>MapProjectApi</c> gives.</summary>
    public static void MapDestinations(this RouteGroupBuilder project) => DestinationEndpoints.Map(project);

    /// <summary>Registers a kind; modules with a way out of their own call it too.</summary>
    public static IServiceCollection AddDestinationKind<TKind>(this IServiceCollection services) where TKind : DestinationKind =>
        services.AddSingleton<DestinationKind, TKind>();
}
