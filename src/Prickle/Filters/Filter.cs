using System.Globalization;
using System.Text.Json;
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

    /// <summary>The cohorts that it names, by their ids.</summary>
    public IEnumerable<int> CohortIds => Leaves.Where(leaf => leaf.Type == FilterTypes.Cohort).SelectMany(leaf => leaf.Values)
        .Select(value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : (int?)null).OfType<int>();

    /// <summary>The same with every filter on groups meaning one type: on a list of that type nothing else can be meant.</summary>
    public FilterGroup OfGroup(int typeIndex) => this with
    {
        Members = [.. Members.Select(member => member switch
        {
            FilterGroup group => group.OfGroup(typeIndex),
            PropertyFilter { Type: FilterTypes.Group } leaf => leaf with { GroupTypeIndex = typeIndex },
            _ => member,
        })],
    };

    /// <summary>The text of the group for an address; null when it is empty.</summary>
    public string? Write() => IsEmpty ? null : JsonSerializer.Serialize(this);

    /// <summary>Reads such a text, or a list of leaves; null when it is neither, so that the caller can say so.</summary>
    public static FilterGroup? Read(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return Everything;
        }
        try
        {
            return JsonSerializer.Deserialize<FilterGroup>(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The group of an address, everything for a broken link: the chips say what is filtered by.</summary>
    public static FilterGroup ReadLenient(string? text, IReadOnlyList<string> types) =>
        Read(text) is { } group && FilterCheck.Refuse(group, types) is null ? group : Everything;

    /// <inheritdoc />
    public bool Equals(FilterGroup? other) => other is not null && Join == other.Join && Members.SequenceEqual(other.Members);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Join, Members.Count);
}
