namespace Prickle.Accounts.Organizations;

/// <summary>The body that makes or renames an organization.</summary>
public sealed record OrganizationName(string Name = "");

/// <summary>An organization in the API's replies.</summary>
/// <param name="Role">What the caller is in it.</param>
public sealed record OrganizationReply(int Id, string Name, Role Role)
{
    internal static OrganizationReply Of(OrganizationGrant grant) => new(grant.OrganizationId, grant.OrganizationName, grant.Role);
}

/// <summary>What the API may set of a member.</summary>
public sealed record MemberSettings
{
    public required Role Role { get; init; }

    /// <summary>The only projects they see; null for all.</summary>
    public IReadOnlyList<int>? ProjectIds { get; init; }
}

/// <summary>The body that makes an invitation.</summary>
public sealed record NewInvitation(
    Role Role = Role.Member, string? Email = null, IReadOnlyList<int>? ProjectIds = null, int? ExpiresInDays = null);

/// <summary>A new invitation with its link, shown this once.</summary>
public sealed record IssuedInvitationReply(
    Guid Id, Role Role, IReadOnlyList<int>? ProjectIds, string? Email, DateTimeOffset ExpiresAt, string Link);
