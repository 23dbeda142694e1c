using Microsoft.AspNetCore.Authentication;
using Prickle.Accounts.Keys;

namespace Prickle.Accounts;

/// <summary>Personal API keys as a way to sign a request in.</summary>
public static class PersonalKeys
{
    /// <summary>Name of the authentication scheme.</summary>
    public const string Scheme = PersonalKeyAuthentication.SchemeName;

    public static AuthenticationBuilder AddPersonalKeys(this AuthenticationBuilder authentication) =>
        authentication.AddScheme<AuthenticationSchemeOptions, PersonalKeyAuthentication>(Scheme, null);

    public static bool IsPresentIn(HttpRequest request) => PersonalKeyAuthentication.IsPresentIn(request);
}
