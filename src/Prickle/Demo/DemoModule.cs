using Prickle.Accounts;
using Prickle.Hosting;

namespace Prickle.Demo;

/// <summary>Fills an empty data folder with ninety days of a fictional product, and lets people sign in with one click.</summary>
public static class DemoModule
{
    /// <summary>Does nothing unless the product was started with <c>--demo</c>.</summary>
    public static IServiceCollection AddDemo(this IServiceCollection services, IConfiguration configuration, CommandLine line)
    {
        if (!line.IsDemo)
        {
            return services;
        }

        var options = configuration.GetSection("Demo").Get<DemoOptions>() ?? new DemoOptions();
        services.AddSingleton(options);
        services.AddSingleton(new DemoMode(DemoSeeding.Email));
        services.AddSingleton<DemoProgress>();
        services.AddSingleton<IReadinessCondition>(provider => provider.GetRequiredService<DemoProgress>());
        services.AddSingleton<DemoFeed>();
        services.AddSingleton<DemoFlags>();
        services.AddSingleton<DemoPreviews>();
        services.AddHostedService<DemoSeeding>();
        return services;
    }
}
