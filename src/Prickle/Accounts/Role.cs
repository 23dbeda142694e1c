namespace Prickle.Accounts;

/// <summary>What a member is in an organization; each role includes the ones before it.</summary>
public enum Role
{
    Viewer = 1,
    Member = 2,
    Admin = 3,
    Owner = 4,
}
