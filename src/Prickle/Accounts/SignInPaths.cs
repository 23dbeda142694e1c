namespace Prickle.Accounts;

/// <summary>Addresses of the pages that somebody who is not signed in may see.</summary>
public static class SignInPaths
{
    public const string SignIn = "/sign-in";
    public const string SignOut = "/sign-out";
    public const string Setup = "/setup";
    public const string Invitation = "/invite";
    public const string Demo = "/sign-in/demo";
    public const string ReturnUrl = "returnUrl";

    /// <summary>The link of an invitation, below the host.</summary>
    public static string InvitationOf(string token) => $"{Invitation}/{token}";

    /// <summary>A path of this host, or its home: a sign-in page must not send people elsewhere.</summary>
    public static string LocalOrHome(string? returnUrl) =>
        returnUrl is ['/', .. var rest] && rest is not ['/' or '\\', ..] && !returnUrl.Any(char.IsControl) ? returnUrl : "/";
}
