using System.Text.Json;
using System.Text.Json.Serialization;

namespace Prickle.Accounts.Projects;

/// <summary>The body that makes a project.</summary>
/// <param name="OrganizationId">The caller's current organization when left out.</param>
public sealed record NewProject(
    string Name = "", [property: JsonPropertyName("organization")] int? OrganizationId = null, string? TimeZone = null,
    bool? AnonymizeIps = null, int? RetentionDays = null, IReadOnlyList<string>? AppUrls = null, int? WeekStart = null,
    JsonElement? TestAccountFilters = null, IReadOnlyList<PathCleaningRule>? PathCleaningFilters = null, bool? PreviewsSiteApp = null,
    bool? MessagesSiteApp = null)
{
    internal ProjectSettings ToSettings() => new()
    {
        Name = Name,
        TimeZone = TimeZone ?? "UTC",
        AnonymizeIps = AnonymizeIps ?? false,
        RetentionDays = RetentionDays,
        AppUrls = AppUrls ?? [],
        WeekStart = WeekStart ?? 0,
        TestAccountFilters = TestAccountFilters ?? JsonElement.Parse("[]"),
        PathCleaningFilters = PathCleaningFilters ?? [],
        PreviewsSiteApp = PreviewsSiteApp ?? false,
        MessagesSiteApp = MessagesSiteApp ?? false,
    };
}

/// <summary>A project in the API's replies.</summary>
public sealed record ProjectReply(
    int Id, [property: JsonPropertyName("organization")] int OrganizationId, string Name, string ApiToken, string TimeZone,
    bool AnonymizeIps, int? RetentionDays, IReadOnlyList<string> AppUrls, int WeekStart, JsonElement TestAccountFilters,
    IReadOnlyList<PathCleaningRule> PathCleaningFilters, bool PreviewsSiteApp, bool MessagesSiteApp, DateTimeOffset CreatedAt)
{
    internal static ProjectReply Of(Project project) => new(
        project.Id, project.OrganizationId, project.Name, project.Token, project.TimeZone, project.AnonymizeIps,
        project.RetentionDays, project.AppUrls, (int)project.WeekStart, JsonElement.Parse(project.TestAccountFilters),
        project.PathCleaningFilters, project.HasPreviewsSiteApp, project.HasMessagesSiteApp, project.CreatedAt);
}
