using System.Text.Json;
using System.Text.Json.Serialization;
using Prickle.Flags.Definition;

namespace Prickle.Flags;

/// <summary>Who gets a flag, and as what: the <c>filters</c> that SDKs know.</summary>
[JsonConverter(typeof(FlagFiltersConverter))]
public sealed record FlagFilters
{
    /// <summary>The condition sets, in the order in which they are asked. The first that fits decides; without any the flag is off.</summary>
    public IReadOnlyList<FlagCondition> Groups { get; init; } = [];

    /// <summary>The variants with their shares; empty for a flag that is on or off.</summary>
    public IReadOnlyList<FlagVariant> Variants { get; init; } = [];

    /// <summary>JSON texts by variant; under <c>true</c> that of a flag without variants.</summary>
    public IReadOnlyDictionary<string, string> Payloads { get; init; } = new Dictionary<string, string>();

    /// <summary>For a flag that whole groups get: the type of group.</summary>
    public int? GroupTypeIndex { get; init; }

    /// <summary>Ends at the first set whose properties fit, though its roll-out leaves somebody out.</summary>
    public bool IsEarlyExit { get; init; }

    /// <summary>Whoever chose for themselves (person property <c>$feature_enrollment/{key}</c>) gets what they chose.</summary>
    public bool IsEnrollment { get; init; }

    /// <summary>
    /// What people chose is looked up where it was decided (<see cref="IFlagChoices"/>), since not everybody may choose: the
    /// person property, which any page can set, says nothing then.
    /// </summary>
    public bool IsEnrollmentGuarded { get; init; }

    /// <summary>The older form of the same.</summary>
    public IReadOnlyList<FlagCondition> SuperGroups { get; init; } = [];

    public FlagHoldout? Holdout { get; init; }
}

/// <summary>A condition set: all properties fit, and the roll-out lets in.</summary>
public sealed record FlagCondition
{
    public IReadOnlyList<FlagProperty> Properties { get; init; } = [];

    /// <summary>Null lets everybody in.</summary>
    public double? RolloutPercentage { get; init; }

    /// <summary>The variant that everybody of this set gets; null lets the shares decide.</summary>
    public string? Variant { get; init; }

    /// <summary>Who is let in, where that differs from the flag; null where it does not.</summary>
    public FlagAggregation? Aggregation { get; init; }

    /// <summary>A note of people for people.</summary>
    public string? Description { get; init; }
}

/// <summary>Groups of a type, or persons.</summary>
public sealed record FlagAggregation(int? GroupTypeIndex);

/// <summary>A condition on a property of a person or group, on a cohort, or on another flag.</summary>
/// <param name="Type">One of <see cref="FlagPropertyTypes"/>.</param>
/// <param name="Operator">By its name of the API.</param>
/// <param name="Value">As it was given: SDKs get it back the same.</param>
public sealed record FlagProperty(string Key, string Type, string Operator, JsonElement Value)
{
    public bool IsNegated { get; init; }
    public int? GroupTypeIndex { get; init; }

    /// <inheritdoc />
    public bool Equals(FlagProperty? other) =>
        other is not null && Key == other.Key && Type == other.Type && Operator == other.Operator && IsNegated == other.IsNegated
        && GroupTypeIndex == other.GroupTypeIndex
        && (Value.ValueKind == JsonValueKind.Undefined ? other.Value.ValueKind == JsonValueKind.Undefined
            : other.Value.ValueKind != JsonValueKind.Undefined && JsonElement.DeepEquals(Value, other.Value));

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Key, Type, Operator, IsNegated, GroupTypeIndex);
}

/// <summary>What a condition looks at.</summary>
public static class FlagPropertyTypes
{
    public const string Person = "person";
    public const string Group = "group";
    public const string Cohort = "cohort";
    public const string Flag = "flag";

    /// <summary>The operator of a condition on another flag.</summary>
    public const string EvaluatesTo = "flag_evaluates_to";

    /// <summary>The property by which people choose a flag for themselves.</summary>
    public static string Enrollment(string key) => $"$feature_enrollment/{key}";
}

/// <summary>A variant and its share.</summary>
public sealed record FlagVariant(string Key, double RolloutPercentage)
{
    public string? Name { get; init; }
}

/// <summary>People who are kept out of everything, to compare with.</summary>
public sealed record FlagHoldout(int Id, double ExclusionPercentage);
