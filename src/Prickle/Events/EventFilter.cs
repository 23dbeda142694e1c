using Prickle.Filters;

namespace Prickle.Events;

/// <summary>Which events are wanted. Everything said must fit.</summary>
public sealed record EventFilter
{
    public required int ProjectId { get; init; }

    /// <summary>The exact name.</summary>
    public string? Event { get; init; }

    public Guid? PersonId { get; init; }

    public string? DistinctId { get; init; }

    public string? SessionId { get; init; }

    /// <summary>A group's type index and key.</summary>
    public (int TypeIndex, string Key)? Group { get; init; }

    /// <summary>Later than this.</summary>
    public DateTimeOffset? After { get; init; }

    /// <summary>Earlier than this.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Part of the name, the distinct id or the address of the page.</summary>
    public string Search { get; init; } = "";

    public FilterGroup Properties { get; init; } = FilterGroup.Everything;

    /// <summary>Where the days of conditions begin: that of the project.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>The SQL expressions among the conditions, checked: no other is asked.</summary>
    public CheckedExpressions? Expressions { get; init; }

    /// <summary>What another module compiles: an action, for one. Its values go into the scope's statement.</summary>
    public Func<FilterScope, string>? Condition { get; init; }
}

/// <summary>A place in a list of events that holds while new ones arrive.</summary>
public sealed record EventCursor(DateTimeOffset Timestamp, Guid Uuid)
{
    /// <summary>For an address.</summary>
    public override string ToString() => FormattableString.Invariant($"{Timestamp.UtcTicks}_{Uuid:n}");

    /// <summary>Reads such a text; null when it is not one.</summary>
    public static EventCursor? Parse(string? text) =>
        text?.Split('_') is [var ticks, var uuid]
        && long.TryParse(ticks, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var at)
        && at <= DateTimeOffset.MaxValue.UtcTicks
        && Guid.TryParseExact(uuid, "n", out var id)
            ? new EventCursor(new DateTimeOffset(at, TimeSpan.Zero), id)
            : null;
}
