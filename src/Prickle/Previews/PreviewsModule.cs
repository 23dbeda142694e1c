using Microsoft.EntityFrameworkCore;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Capture;
using Prickle.Flags;
using Prickle.Groups;
using Prickle.Persons;
using Prickle.Previews.Clock;
using Prickle.Previews.Enrolling;
using Prickle.Previews.Listing;
using Prickle.Previews.Pages;
using Prickle.Previews.Product;
using Prickle.Previews.Storage;
using Prickle.Previews.Telling;
using Prickle.Previews.Wire;
using Prickle.Shell;
using Prickle.Storage;

namespace Prickle.Previews;

/// <summary>Features that people switch on for themselves before everybody has them; their flags follow.</summary>
public static class PreviewsModule
{
    public static IServiceCollection AddPreviews(this IServiceCollection services)
    {
        services.AddSingleton<PreviewQueries>();
        services.AddSingleton<PreviewPictures>();
        services.AddSingleton<PreviewLinks>();
        services.AddSingleton<PreviewFunnel>();
        services.AddSingleton<PreviewWake>();
        services.AddSingleton<PreviewOutbox>();
        services.AddSingleton<EnrollmentStore>();
        services.AddSingleton(provider => new PreviewBook(
            provider.GetRequiredService<IDbContextFactory<PrickleDatabase>>(), provider.GetRequiredService<PreviewQueries>(),
            provider.GetRequiredService<FlagAdministration>(), provider.GetRequiredService<FlagQueries>(), provider.GetRequiredService<GroupQueries>(),
            provider.GetRequiredService<PreviewOutbox>(), provider.GetRequiredService<PreviewWake>(), provider.GetRequiredService<GuardedChoices>(),
            provider.GetRequiredService<ActivityLog>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new PreviewOffers(
            provider.GetRequiredService<IDbContextFactory<PrickleDatabase>>(), provider.GetRequiredService<PreviewQueries>(),
            provider.GetRequiredService<FlagAudiences>(), provider.GetRequiredService<FlagDirectory>(), provider.GetRequiredService<FlagSubjects>(),
            provider.GetRequiredService<GroupQueries>(), provider.GetRequiredService<PersonLookup>(), provider.GetRequiredService<EnrollmentStore>(),
            provider.GetRequiredService<PreviewOutbox>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new PreviewEnrollments(
            provider.GetRequiredService<IDbContextFactory<PrickleDatabase>>(), provider.GetRequiredService<PreviewQueries>(),
            provider.GetRequiredService<PreviewOffers>(), provider.GetRequiredService<EnrollmentStore>(), provider.GetRequiredService<PreviewOutbox>(),
            provider.GetRequiredService<PersonQueries>(), provider.GetRequiredService<GroupQueries>(), provider.GetRequiredService<ActivityLog>()));
        services.AddSingleton<GuardedChoices>();
        services.AddSingleton<IFlagChoices>(provider => provider.GetRequiredService<GuardedChoices>());
        services.AddSingleton<IFlagUse, PreviewFlagUse>();
        services.AddSingleton<IStoredEventListener, EnrollmentListener>();
        services.AddSingleton<IProjectDeletionListener, PreviewRemoval>();
        services.AddSingleton<IPersonDeletionListener, PersonChoiceRemoval>();
        services.AddSingleton<PreviewReminders>();
        services.AddSingleton<PreviewRounds>();
        services.AddHostedService<PreviewClock>();
        services.AddSingleton<CodeGuesses>();
        services.AddSingleton<PublicPreviewEndpoints>();
        services.AddSingleton(provider => new ProductPreviews(
            provider.GetRequiredService<IDbContextFactory<PrickleDatabase>>(), provider.GetRequiredService<ActivityLog>(),
            provider.GetRequiredService<TimeProvider>(), ProductPreviews.All));
        services.AddSingleton<IFrameAttributes, CompactFrame>();
        services.AddSingleton(new AccountDialog(
            "Previews", "what is coming in Prickle, to try for yourself", Icons.Material.Outlined.AutoAwesome, typeof(ProductPreviewsDialog), "betas compact tables hedgehog mode try"));
        services.AddScoped<ICommandSource, PreviewCommands>();
        return services.AddNavigation(new NavigationEntry(
            "Previews", "previews", Icons.Material.Outlined.Science, NavigationArea.Act, 20, "betas early access features concepts waitlist opt in",
            Resource.EarlyAccessFeature));
    }

    /// <summary>The endpoints of people and their programs, on the group that <c>MapProjectApi</c> gives.</summary>
    public static void MapPreviews(this RouteGroupBuilder project) => PreviewEndpoints.Map(project);

    /// <summary>What pages of customers ask.</summary>
    public static void MapPublicPreviews(this IEndpointRouteBuilder app) => app.ServiceProvider.GetRequiredService<PublicPreviewEndpoints>().Map(app);
}
