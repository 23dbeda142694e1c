namespace Prickle.Sessions;

/// <summary>What a person did in one go: the events that share a session id.</summary>
public sealed record Session(
    string Id,
    DateTimeOffset StartedAt,
    DateTimeOffset EndedAt,
    string DistinctId,
    Guid PersonId,
    string EntryUrl,
    string ExitUrl,
    string ReferringDomain,
    string Browser,
    string OperatingSystem,
    string DeviceType,
    string Country,
    long EventCount,
    long PageviewCount,
    long AutocaptureCount)
{
    public TimeSpan Duration => EndedAt - StartedAt;
}
