namespace Prickle.Accounts.Access;

/// <summary>The one table of what each role may do. Read it from the top: the first line that fits decides.</summary>
static class RolePermissions
{
    public static Level LevelOf(Role role, Resource resource) => (role, resource) switch
    {
        (_, Resource.User or Resource.Key) => Level.Write,
        (Role.Owner or Role.Admin, _) => Level.Write,
        (_, Resource.Organization or Resource.Member or Resource.Project) => Level.Read,
        (Role.Member, Resource.House or Resource.ActivityLog) => Level.Read,
        (Role.Member, _) => Level.Write,
        (_, Resource.House or Resource.ActivityLog) => Level.None,
        (_, _) => Level.Read,
    };
}
