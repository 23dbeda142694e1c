using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Prickle.Accounts;

/// <summary>Who signs in, what they belong to, and what they may do.</summary>
public static class AccountsModule
{
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ProjectDirectory>();
        services.AddSingleton<ProjectAccess>();
        services.AddSingleton<FirstRun>();
        return services;
    }
}
