namespace Prickle.Sessions.Api;

/// <summary>A part of the list of sessions.</summary>
public sealed record SessionPage(bool HasNext, IReadOnlyList<SessionReply> Results);

/// <summary>A session as the API shows it. Durations are in seconds.</summary>
public sealed record SessionReply(
    string Id,
    Guid PersonId,
    string DistinctId,
    DateTimeOffset StartTime,
    DateTimeOffset EndTime,
    double Duration,
    string EntryUrl,
    string ExitUrl,
    string ReferringDomain,
    string Browser,
    string Os,
    string DeviceType,
    string CountryCode,
    long EventCount,
    long PageviewCount,
    long AutocaptureCount)
{
    public static SessionReply Of(Session session) => new(
        session.Id, session.PersonId, session.DistinctId, session.StartedAt, session.EndedAt, session.Duration.TotalSeconds,
        session.EntryUrl, session.ExitUrl, session.ReferringDomain, session.Browser, session.OperatingSystem, session.DeviceType,
        session.Country, session.EventCount, session.PageviewCount, session.AutocaptureCount);
}
