namespace Prickle.Accounts;

/// <summary>A personal API key as its owner sees it afterwards.</summary>
/// <param name="Prefix">The first characters, by which the key is known again.</param>
/// <param name="LastUsedAt">Exact to a minute.</param>
public sealed record PersonalKey(
    Guid Id, string Name, string Prefix, IReadOnlyList<string> Scopes, IReadOnlyList<int>? OrganizationIds,
    IReadOnlyList<int>? ProjectIds, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt);

/// <summary>A new key with its value, which cannot be shown again.</summary>
public sealed record IssuedKey(PersonalKey Key, string Value);

/// <summary>What the owner of a key may set.</summary>
public sealed record PersonalKeySettings
{
    public required string Name { get; init; }

    /// <summary>For example <c>event:read</c>, or <c>*</c> for everything.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The only organizations the key reaches; null for all of its owner's.</summary>
    public IReadOnlyList<int>? OrganizationIds { get; init; }

    /// <summary>The only projects the key reaches; null for all of its owner's.</summary>
    public IReadOnlyList<int>? ProjectIds { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    internal static PersonalKeySettings Of(PersonalKey key) => new()
    {
        Name = key.Name,
        Scopes = key.Scopes,
        OrganizationIds = key.OrganizationIds,
        ProjectIds = key.ProjectIds,
        ExpiresAt = key.ExpiresAt,
    };
}
