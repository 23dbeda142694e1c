namespace Prickle.Accounts.Pages;

/// <summary>The roles in words, for those who choose one.</summary>
static class RoleWords
{
    public static string Of(Role role) => role switch
    {
        Role.Viewer => "Sees everything, changes nothing",
        Role.Member => "Works with everything but members and projects",
        Role.Admin => "Also manages members, projects and operations",
        Role.Owner => "Also makes and unmakes owners",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };
}
