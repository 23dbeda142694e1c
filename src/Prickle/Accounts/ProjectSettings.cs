using System.Text.Json;

namespace Prickle.Accounts;

/// <summary>What members may set of a project.</summary>
public sealed record ProjectSettings
{
    public const int MaximumNameLength = 200;
    public const int MaximumRetentionDays = 3650;
    const int MaximumAppUrls = 50;

    public required string Name { get; init; }

    /// <summary>IANA name.</summary>
    public string TimeZone { get; init; } = "UTC";
    public bool AnonymizeIps { get; init; }
    public int? RetentionDays { get; init; }
    public IReadOnlyList<string> AppUrls { get; init; } = [];

    /// <summary>0 for Sunday, 1 for Monday.</summary>
    public int WeekStart { get; init; }

    /// <summary>Pages that take site apps of their SDK get the list of previews.</summary>
    public bool PreviewsSiteApp { get; init; }

    /// <summary>The same pages show what automations tell their visitors.</summary>
    public bool MessagesSiteApp { get; init; }

    /// <summary>A list of property filters that leave out the project's own people.</summary>
    public JsonElement TestAccountFilters { get; init; } = NoFilters;

    /// <summary>Ordered: each works on what the one before it left.</summary>
    public IReadOnlyList<PathCleaningRule> PathCleaningFilters { get; init; } = [];

    static readonly JsonElement NoFilters = JsonElement.Parse("[]");
    const int MaximumTestAccountFilters = 16 * 1024;
    const int MaximumPathCleaningFilters = 100;
    const int MaximumPathCleaningLength = 1000;

    public static ProjectSettings Of(Project project) => new()
    {
        Name = project.Name,
        TimeZone = project.TimeZone,
        AnonymizeIps = project.AnonymizeIps,
        RetentionDays = project.RetentionDays,
        AppUrls = project.AppUrls,
        WeekStart = (int)project.WeekStart,
        PreviewsSiteApp = project.HasPreviewsSiteApp,
        MessagesSiteApp = project.HasMessagesSiteApp,
        TestAccountFilters = JsonElement.Parse(project.TestAccountFilters),
        PathCleaningFilters = project.PathCleaningFilters,
    };

    internal Refusal? Check()
    {
        if (Name.Trim() is not { Length: > 0 and <= MaximumNameLength })
        {
            return Refusal.Invalid("name", $"A project needs a name of at most {MaximumNameLength} characters.");
        }
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) || !zone.HasIanaId)
        {
            return Refusal.Invalid("time_zone", $"'{TimeZone}' is not a time zone; an example of one is Europe/Berlin.");
        }
        if (RetentionDays is < 1 or > MaximumRetentionDays)
        {
            return Refusal.Invalid("retention_days", $"Events are kept for 1 to {MaximumRetentionDays} days, or for good (null).");
        }
        if (AppUrls.Count > MaximumAppUrls)
        {
            return Refusal.Invalid("app_urls", $"At most {MaximumAppUrls} addresses.");
        }
        if (WeekStart is not (0 or 1))
        {
            return Refusal.Invalid("week_start", "Weeks begin on Sunday (0) or Monday (1).");
        }
        if (TestAccountFilters.ValueKind != JsonValueKind.Array || TestAccountFilters.GetRawText().Length > MaximumTestAccountFilters
            || TestAccountFilters.EnumerateArray().Any(filter => filter.ValueKind != JsonValueKind.Object || !filter.TryGetProperty("key", out _)))
        {
            return Refusal.Invalid("test_account_filters", "A list of property filters, each an object with a key.");
        }
        if (PathCleaningFilters.Count > MaximumPathCleaningFilters
            || PathCleaningFilters.Any(rule => rule is not { Alias: { Length: <= MaximumPathCleaningLength }, Regex: { Length: > 0 and <= MaximumPathCleaningLength } }))
        {
            return Refusal.Invalid(
                "path_cleaning_filters", $"At most {MaximumPathCleaningFilters} rules, each with a regex and an alias of at most {MaximumPathCleaningLength} characters.");
        }
        return AppUrls.FirstOrDefault(url => !IsWebAddress(url)) is { } wrong
            ? Refusal.Invalid("app_urls", $"'{wrong}' is not a web address; an example of one is https://example.com.")
            : null;
    }

    // "https://*.example.com" stands for every subdomain.
    static bool IsWebAddress(string text) =>
        Uri.TryCreate(text.Replace("://*.", "://", StringComparison.Ordinal), UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && uri.Host.Length > 0;
}
