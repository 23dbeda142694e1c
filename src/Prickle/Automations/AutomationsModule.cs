using Microsoft.EntityFrameworkCore;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Activity;
using Prickle.Automations.Engine;
using Prickle.Automations.Listing;
using Prickle.Automations.Simulating;
using Prickle.Automations.Storage;
using Prickle.Automations.Triggers;
using Prickle.Capture;
using Prickle.Cohorts;
using Prickle.Destinations;
using Prickle.Events;
using Prickle.Flags;
using Prickle.Persons;
using Prickle.Shell;
using Prickle.Storage;

namespace Prickle.Automations;

/// <summary>When this happens, wait, decide, act: durable runs of steps, begun by events, times, numbers and people.</summary>
public static class AutomationsModule
{
    public static IServiceCollection AddAutomations(this IServiceCollection services)
    {
        services.AddSingleton(provider => new AutomationDirectory(
            provider.GetRequiredService<IDbContextFactory<PrickleDatabase>>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new AutomationCheck(
            provider.GetRequiredService<IActionDirectory>(), provider.GetRequiredService<ICohortDirectory>(), provider.GetRequiredService<FlagQueries>(),
            provider.GetRequiredService<DestinationKinds>(), provider.GetRequiredService<DestinationSender>()));
        services.AddSingleton(provider => new AutomationBook(
            provider.GetRequiredService<IDbContextFactory<PrickleDatabase>>(), provider.GetRequiredService<AutomationDirectory>(), provider.GetRequiredService<AutomationCheck>(),
            provider.GetRequiredService<RunEnding>(), provider.GetRequiredService<ActivityLog>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AutomationQueries>();
        services.AddSingleton(provider => new AutomationRuns(
            provider.GetRequiredService<IDbContextFactory<PrickleDatabase>>(), provider.GetRequiredService<AutomationDirectory>(), provider.GetRequiredService<RunStarter>(),
            provider.GetRequiredService<RunEnding>(), provider.GetRequiredService<PersonLookup>(), provider.GetRequiredService<AutomationWake>(),
            provider.GetRequiredService<ActivityLog>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new AutomationTest(
            provider.GetRequiredService<EventQueries>(), provider.GetRequiredService<PersonLookup>(), provider.GetRequiredService<ConditionSubjects>(),
            provider.GetRequiredService<RunVariables>(), provider.GetRequiredService<DestinationSender>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AutomationNumbers>();
        services.AddScoped<ICommandSource, Pages.AutomationCommands>();
        services.AddSingleton<StoredHistory>();
        services.AddSingleton(provider => new AutomationSimulation(
            provider.GetRequiredService<StoredHistory>(), provider.GetRequiredService<ConditionSubjects>(), provider.GetRequiredService<MessageRulesBook>(),
            provider.GetRequiredService<DestinationKinds>(), provider.GetRequiredService<CohortQueries>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<RunTable>();
        services.AddSingleton<RunEnding>();
        services.AddSingleton<ConditionSubjects>();
        services.AddSingleton<MessageBudget>();
        services.AddSingleton<RunVariables>();
        services.AddSingleton<DestinationDelivery>();
        services.AddSingleton<RunStepper>();
        services.AddSingleton<HoldKeeper>();
        services.AddSingleton<AutomationTeller>();
        services.AddSingleton<AutomationWake>();
        services.AddSingleton<AutomationEngine>();
        services.AddHostedService(provider => provider.GetRequiredService<AutomationEngine>());
        services.AddSingleton<RunStarter>();
        services.AddSingleton<RunWaker>();
        services.AddSingleton<CohortAudience>();
        services.AddSingleton<ScheduleRounds>();
        services.AddSingleton<ThresholdReading>();
        services.AddSingleton<ThresholdRounds>();
        services.AddSingleton<CohortRounds>();
        services.AddSingleton<FlagRounds>();
        services.AddSingleton<RunCleaning>();
        services.AddSingleton<AutomationClock>();
        services.AddHostedService(provider => provider.GetRequiredService<AutomationClock>());
        services.AddSingleton<WebhookEndpoint>();
        services.AddSingleton<MessageRulesBook>();
        services.AddSingleton<AutomationUses>();
        services.AddSingleton<IActionUse>(provider => provider.GetRequiredService<AutomationUses>());
        services.AddSingleton<ICohortUse>(provider => provider.GetRequiredService<AutomationUses>());
        services.AddSingleton<IFlagUse>(provider => provider.GetRequiredService<AutomationUses>());
        services.AddSingleton<IDestinationUse>(provider => provider.GetRequiredService<AutomationUses>());
        services.AddSingleton<IProjectDeletionListener, AutomationRemoval>();
        services.AddSingleton<IPersonDeletionListener, PersonRunRemoval>();
        services.AddSingleton<EventListener>();
        services.AddSingleton<IStoredEventListener>(provider => provider.GetRequiredService<EventListener>());
        services.AddSingleton<IActionListener>(provider => provider.GetRequiredService<EventListener>());
        return services.AddNavigation(new NavigationEntry(
            "Automations", "automations", Icons.Material.Outlined.Bolt, NavigationArea.Act, 30, "workflows triggers messages slack webhook cron threshold", Resource.Automation));
    }

    /// <summary>The endpoints of people and their programs, on the group that <c>MapProjectApi</c> gives.</summary>
    public static void MapAutomations(this RouteGroupBuilder project)
    {
        AutomationEndpoints.Map(project);
        RunEndpoints.Map(project);
    }

    /// <summary>Where other systems begin runs.</summary>
    public static void MapAutomationHooks(this IEndpointRouteBuilder app) => app.ServiceProvider.GetRequiredService<WebhookEndpoint>().Map(app);
}
