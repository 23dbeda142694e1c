namespace Prickle.Accounts;

/// <summary>An invitation that waits to be accepted.</summary>
/// <param name="Email">When set, only the account of this address can accept.</param>
/// <param name="ProjectIds">The only projects the new member will see; null for all.</param>
public sealed record Invitation(
    Guid Id, int OrganizationId, string OrganizationName, Role Role, IReadOnlyList<int>? ProjectIds, string? Email,
    DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>A new invitation with its link, which cannot be shown again.</summary>
public sealed record IssuedInvitation(Invitation Invitation, string Token)
{
    /// <summary>Below the host.</summary>
    public string Path => SignInPaths.InvitationOf(Token);
}
