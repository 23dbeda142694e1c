using Prickle.Filters;

namespace Prickle.Sessions;

/// <summary>Which sessions are wanted. Everything said must fit.</summary>
public sealed record SessionFilter
{
    public required int ProjectId { get; init; }

    /// <summary>Where the days of conditions begin: that of the project.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    public string? SessionId { get; init; }

    public Guid? PersonId { get; init; }

    /// <summary>Started later than this.</summary>
    public DateTimeOffset? After { get; init; }

    /// <summary>Started earlier than this.</summary>
    public DateTimeOffset? Before { get; init; }

    public TimeSpan? AtLeast { get; init; }

    /// <summary>Part of the entry page's address, of the distinct id or of the session id.</summary>
    public string Search { get; init; } = "";

    /// <summary>Conditions on the session and its person.</summary>
    public FilterGroup Properties { get; init; } = FilterGroup.Everything;
}

/// <summary>What a list of sessions is sorted by.</summary>
public enum SessionOrder
{
    Start,
    Duration,
    Events,
}
