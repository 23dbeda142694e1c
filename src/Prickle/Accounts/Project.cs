namespace Prickle.Accounts;

/// <summary>A project as the rest of the product sees it: a snapshot, at most a few seconds old.</summary>
/// <param name="Token">Public, sent by the SDKs: it may write events and nothing else.</param>
/// <param name="TimeZone">IANA name, in which days begin and end.</param>
/// <param name="RetentionDays">How long events are kept; null keeps them for good.</param>
public sealed record Project(
    int Id,
    int OrganizationId,
    string Name,
    string Token,
    string TimeZone,
    bool AnonymizeIps,
    int? RetentionDays,
    IReadOnlyList<string> AppUrls,
    DateTimeOffset CreatedAt)
{
    /// <summary>The same as a zone; UTC for a name that this machine does not know.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>Sunday or Monday: where weeks of charts begin.</summary>
    public DayOfWeek WeekStart { get; init; } = DayOfWeek.Sunday;

    /// <summary>Pages that take site apps of their SDK get the list of previews.</summary>
    public bool HasPreviewsSiteApp { get; init; }

    /// <summary>The same pages show what automations tell their visitors.</summary>
    public bool HasMessagesSiteApp { get; init; }

    /// <summary>Filters, as a JSON array, that leave out the project's own people where a question asks for it.</summary>
    public string TestAccountFilters { get; init; } = "[]";

    /// <summary>What addresses become before they are counted, in this order.</summary>
    public IReadOnlyList<PathCleaningRule> PathCleaningFilters { get; init; } = [];
}

/// <summary>A part of an address that differs between visits, and what is written in its place: <c>/order/\d+</c> is <c>/order/:id</c>.</summary>
/// <param name="Alias">Written for every match, as it stands.</param>
/// <param name="Regex">As RE2 reads it.</param>
public sealed record PathCleaningRule(string Alias, string Regex);
