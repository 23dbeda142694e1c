namespace Prickle.Definitions.Api;

/// <summary>An event's definition in the field's shape.</summary>
public sealed record EventDefinitionItem(
    Guid Id, string Name, string Description, IReadOnlyList<string> Tags, string Owner, bool Verified, bool Hidden,
    DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, [property: System.Text.Json.Serialization.JsonPropertyName("volume_30_day")] long? Volume)
{
    internal static EventDefinitionItem Of(EventDefinition definition, EventUsage? usage) => new(
        definition.Id, definition.Name, definition.Description, definition.Tags, definition.Owner, definition.IsVerified, definition.IsHidden,
        definition.FirstSeenAt, definition.LastSeenAt, usage?.Count);
}

/// <summary>A property's definition in the field's shape.</summary>
public sealed record PropertyDefinitionItem(
    Guid Id, string Name, string Type, int? GroupTypeIndex, string? PropertyType, bool IsNumerical, string Description,
    IReadOnlyList<string> Tags, string Owner, bool Verified, bool Hidden, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt)
{
    internal static PropertyDefinitionItem Of(PropertyDefinition definition) => new(
        definition.Id, definition.Name, definition.Scope.ToString().ToLowerInvariant(), definition.GroupTypeIndex, definition.Type?.ToString(),
        definition.IsNumber, definition.Description, definition.Tags, definition.Owner, definition.IsVerified, definition.IsHidden,
        definition.FirstSeenAt, definition.LastSeenAt);
}

/// <summary>What to change; what is left out stays.</summary>
public sealed record DefinitionPatch(
    string? Description = null, IReadOnlyList<string>? Tags = null, string? Owner = null, bool? Verified = null, bool? Hidden = null,
    string? PropertyType = null)
{
    internal DefinitionChange ToChange() => new()
    {
        Description = Description,
        Tags = Tags,
        Owner = Owner,
        IsVerified = Verified,
        IsHidden = Hidden,
    };
}

/// <summary>A value of a property.</summary>
public sealed record ValueItem(string Name);
