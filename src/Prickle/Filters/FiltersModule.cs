using Prickle.Accounts;
using Prickle.Filters.Offering;

namespace Prickle.Filters;

/// <summary>Conditions on events, persons, groups and sessions, and the bar in which people build them.</summary>
public static class FiltersModule
{
    public static IServiceCollection AddFilters(this IServiceCollection services) => services
        .AddSingleton<IFilterOffers, FilterOffers>()
        .AddSingleton<IProjectSettingsCheck, ProjectSettingsCheck>();
}
