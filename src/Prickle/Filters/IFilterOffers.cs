using Prickle.Definitions;

namespace Prickle.Filters;

/// <summary>What a filter can be built from, for the <see cref="FilterBar"/>.</summary>
public interface IFilterOffers
{
    /// <summary>What can be filtered by, in the order of the types; nothing hidden.</summary>
    /// <param name="events">Events in question: what comes with them stands first.</param>
    Task<IReadOnlyList<FilterOffer>> PropertiesAsync(
        int projectId, IReadOnlyList<string> types, IReadOnlyList<string> events, CancellationToken cancellationToken);

    /// <summary>Frequent values that hold a text.</summary>
    Task<IReadOnlyList<string>> ValuesAsync(
        int projectId, string type, int? groupTypeIndex, string key, string search, CancellationToken cancellationToken);
}

/// <summary>One thing that can be filtered by.</summary>
/// <param name="Heading">What it stands under: "Event properties", "company properties".</param>
/// <param name="Label">What people read; the key unless it is a cohort.</param>
/// <param name="Value">For cohorts: the id, so that choosing it says all.</param>
public sealed record FilterOffer(string Type, int? GroupTypeIndex, string Heading, string Key, string Label)
{
    public string? Value { get; init; }
    public PropertyType? ValueType { get; init; }
    public string Description { get; init; } = "";
    public bool IsVerified { get; init; }
}
