namespace Prickle.Accounts;

/// <summary>Somebody in an organization.</summary>
/// <param name="ProjectIds">The only projects they see; null for all.</param>
public sealed record Member(
    Guid UserId, string Name, string Email, Role Role, IReadOnlyList<int>? ProjectIds, DateTimeOffset JoinedAt);
