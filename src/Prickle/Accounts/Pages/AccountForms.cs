namespace Prickle.Accounts.Pages;

/// <summary>
/// Forms of the account page that change the cookie: a circuit cannot, so they are sent as plain forms,
/// and the page is opened again with the outcome in its address.
/// </summary>
static class AccountForms
{
    public const string Password = "/account/password";
    public const string SignOutEverywhere = "/account/sign-out-everywhere";
    public const string PasswordChanged = "password";
    public const string SignedOutEverywhere = "sessions";
}
