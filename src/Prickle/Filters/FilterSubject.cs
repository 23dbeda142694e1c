using System.Text.Json;

namespace Prickle.Filters;

/// <summary>What a filter is judged on in memory. What is left out counts as missing.</summary>
public sealed record FilterSubject
{
    /// <summary>What relative dates are relative to.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Where days begin: that of the project.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>The properties of the event: an object.</summary>
    public JsonElement Event { get; init; }

    public JsonElement Person { get; init; }

    /// <summary>By the names of the filters' session keys: <c>$session_duration</c>, <c>$entry_current_url</c>.</summary>
    public JsonElement Session { get; init; }

    /// <summary>The properties of the groups by the index of their type.</summary>
    public IReadOnlyDictionary<int, JsonElement> Groups { get; init; } = new Dictionary<int, JsonElement>();

    /// <summary>The elements as captured.</summary>
    public string ElementsChain { get; init; } = "";

    /// <summary>Whether the person is in a cohort.</summary>
    public Func<int, bool>? IsInCohort { get; init; }
}
