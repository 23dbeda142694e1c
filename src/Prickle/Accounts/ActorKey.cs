namespace Prickle.Accounts;

/// <summary>The key by which somebody acts: it narrows what their roles allow.</summary>
/// <param name="OrganizationIds">The only organizations it reaches; null for all of its user's.</param>
/// <param name="ProjectIds">The only projects it reaches; null for all of its user's.</param>
public sealed record ActorKey(
    Guid Id, string Name, Scopes Scopes, IReadOnlyList<int>? OrganizationIds, IReadOnlyList<int>? ProjectIds,
    DateTimeOffset? ExpiresAt)
{
    /// <summary>It belongs to a project and to nobody: whoever acts by it is no user.</summary>
    public bool IsOfProject { get; init; }
}
