namespace Prickle.Accounts.SignIn;

/// <summary>What the sign-in page sends.</summary>
public sealed class SignInForm
{
    public string Email { get; set; } = "";
    public string Password { get; set; } = "";
    public bool Remember { get; set; }
}

/// <summary>What the set-up page sends.</summary>
public sealed class SetupForm
{
    public string Email { get; set; } = "";
    public string Password { get; set; } = "";
    public string Organization { get; set; } = "";
    public string Project { get; set; } = "";
    public string TimeZone { get; set; } = "UTC";
}

/// <summary>What the page of an invitation sends.</summary>
public sealed class JoinForm
{
    public string Email { get; set; } = "";
    public string Name { get; set; } = "";
    public string Password { get; set; } = "";
}
