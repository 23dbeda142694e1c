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
    /// <summary>Sunday or Monday: where weeks of charts begin.</summary>
    public DayOfWeek WeekStart { get; init; } = DayOfWeek.Sunday;

    /// <summary>Filters, as a JSON array, that leave out the project's own people where a question asks for it.</summary>
    public string TestAccountFilters { get; init; } = "[]";
}
