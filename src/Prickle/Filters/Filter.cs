using System.Text.Json.Serialization;

namespace Prickle.Filters;

/// <summary>
/// A condition on events (or persons, groups, sessions): one <see cref="PropertyFilter"/>, or a <see cref="FilterGroup"/> of
/// them. It is a value; <see cref="FilterSql"/> turns it into a condition of ClickHouse, and the matcher judges it in memory.
/// </summary>
public abstract record Filter;

/// <summary>How the members of a group are joined.</summary>
public enum FilterJoin
{
    [JsonStringEnumMemberName("AND")] And,
    [JsonStringEnumMemberName("OR")] Or,
}

/// <summary>Several conditions that must all fit, or of which one must. An empty group always fits.</summary>
[JsonConverter(typeof(FilterGroupConverter))]
public sealed record FilterGroup(FilterJoin Join, IReadOnlyList<Filter> Members) : Filter
{
    /// <summary>No condition at all.</summary>
    public static readonly FilterGroup Everything = new(FilterJoin.And, []);

    /// <summary>All of these must fit.</summary>
    public static FilterGroup All(IReadOnlyList<Filter> members) => new(FilterJoin.And, members);

    public bool IsEmpty => Members.Count == 0;

    /// <summary>Every leaf of the tree.</summary>
    public IEnumerable<PropertyFilter> Leaves => Members.SelectMany(member => member switch
    {
        PropertyFilter leaf => [leaf],
        FilterGroup group => group.Leaves,
        _ => [],
    });

    /// <inheritdoc />
    public bool Equals(FilterGroup? other) => other is not null && Join == other.Join && Members.SequenceEqual(other.Members);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Join, Members.Count);
}
