namespace Prickle.Definitions;

/// <summary>What the values of a property are. The names are the API's.</summary>
public enum PropertyType
{
    String,
    Numeric,
    Boolean,
    DateTime,
    /// <summary>Seconds.</summary>
    Duration,
}

/// <summary>Whose property it is.</summary>
public enum PropertyScope
{
    Event = 1,
    Person = 2,
    Group = 3,
    Session = 4,
}

/// <summary>A property that was seen, and what people wrote about it.</summary>
/// <param name="GroupTypeIndex">For groups: which type.</param>
/// <param name="Type">Null while nothing but lists, objects or null was seen.</param>
/// <param name="IsHidden">Not offered where a property is chosen.</param>
public sealed record PropertyDefinition(
    Guid Id, PropertyScope Scope, int? GroupTypeIndex, string Name, PropertyType? Type, string Description,
    IReadOnlyList<string> Tags, string Owner, bool IsVerified, bool IsHidden, DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt)
{
    /// <summary>Sums and averages make sense.</summary>
    public bool IsNumber => Type is PropertyType.Numeric or PropertyType.Duration;

    /// <summary>Set by an SDK or by the product itself.</summary>
    public bool IsBuiltIn => Name.StartsWith('$');
}

/// <summary>An event's name that was seen, and what people wrote about it.</summary>
public sealed record EventDefinition(
    Guid Id, string Name, string Description, IReadOnlyList<string> Tags, string Owner, bool IsVerified, bool IsHidden,
    DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt)
{
    public bool IsBuiltIn => Name.StartsWith('$');
}

/// <summary>What to change of a definition; null leaves it.</summary>
public sealed record DefinitionChange
{
    public string? Description { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>An e-mail address, or empty for nobody.</summary>
    public string? Owner { get; init; }
    public bool? IsVerified { get; init; }
    public bool? IsHidden { get; init; }

    /// <summary>For properties only: from then on nothing is guessed.</summary>
    public PropertyType? Type { get; init; }
}

/// <summary>Which definitions to list.</summary>
public sealed record DefinitionFilter(int ProjectId)
{
    /// <summary>Part of the name or the description.</summary>
    public string Search { get; init; } = "";
    public bool? IsVerified { get; init; }
    public bool? IsHidden { get; init; }
    public string? Tag { get; init; }

    /// <summary>For properties: whose.</summary>
    public PropertyScope? Scope { get; init; }
    public int? GroupTypeIndex { get; init; }
    public PropertyType? Type { get; init; }

    /// <summary>For properties: only those that come with this event.</summary>
    public string? Event { get; init; }

    /// <summary>name or last_seen.</summary>
    public string Sort { get; init; } = "name";
    public bool IsDescending { get; init; }
}
