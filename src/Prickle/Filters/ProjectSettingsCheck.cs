using System.Text.Json;
using Prickle.Accounts;

namespace Prickle.Filters;

/// <summary>Filters and expressions of a project's settings make sense.</summary>
sealed class ProjectSettingsCheck : IProjectSettingsCheck
{
    public Refusal? Refuse(ProjectSettings settings) =>
        settings.PathCleaningFilters.Select(PathCleaner.ProblemOf).FirstOrDefault(problem => problem is not null) is { } problem
            ? Refusal.Invalid("path_cleaning_filters", problem)
        : ReadTestAccounts(settings.TestAccountFilters) is not { } filters
            ? Refusal.Invalid("test_account_filters", "A list of property filters.")
        : FilterCheck.Refuse(filters, null, "test_account_filters");

    static FilterGroup? ReadTestAccounts(JsonElement filters)
    {
        try
        {
            return filters.Deserialize<FilterGroup>();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
