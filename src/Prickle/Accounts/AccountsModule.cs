using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor;
using Prickle.Accounts.Keys;
using Prickle.Accounts.Organizations;
using Prickle.Accounts.Projects;
using Prickle.Accounts.SignIn;
using Prickle.Shell;

namespace Prickle.Accounts;

/// <summary>Who signs in, what they belong to, and what they may do.</summary>
public static class AccountsModule
{
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ProjectDirectory>();
        services.AddSingleton<ProjectAccess>();
        services.AddSingleton<ProjectAdministration>();
        services.AddSingleton<ProjectDeletionWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<ProjectDeletionWorker>());
        services.AddSingleton<FirstRun>();
        services.AddSingleton<HomeOrganization>();
        services.AddSingleton<Registration>();
        services.AddSingleton<OrganizationAdministration>();
        services.AddSingleton<Members>();
        services.AddSingleton<Invitations>();
        services.AddSingleton<PersonalKeys>();
        services.AddSingleton<KeyLookup>();
        services.AddSingleton<ProjectSecretKeys>();
        services.AddSingleton<AccountSecurity>();
        services.AddSingleton<AccountSeed>();
        services.AddScoped<CircuitHandler, AskerCircuits>();
        services.AddSingleton(new AccountLink("Your account", "/account"));
        services.AddSingleton(new AccountLink("Personal API keys", "/account/keys"));
        services.AddSingleton(new AccountLink("API reference", Api.ApiReference.PagePath, IsDocument: true));
        return services.AddNavigation(
            new NavigationEntry("Members", "/organization/members", Icons.Material.Outlined.Group, NavigationArea.Organization, 10, "invite people roles invitations"),
            new NavigationEntry("Projects", "/organization/projects", Icons.Material.Outlined.Folder, NavigationArea.Organization, 20, "new project"));
    }

    /// <summary>The API of accounts, organizations, projects and keys, and the endpoints behind sign-in.</summary>
    public static IEndpointRouteBuilder MapAccounts(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapUsers();
        endpoints.MapOrganizations();
        endpoints.MapProjects();
        endpoints.MapSecretKeys();
        endpoints.MapKeys();
        endpoints.MapSignIn();
        return endpoints;
    }
}
