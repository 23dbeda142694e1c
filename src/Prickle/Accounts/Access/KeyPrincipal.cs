using System.Security.Claims;
using Prickle.Accounts.Keys;

namespace Prickle.Accounts.Access;

/// <summary>
/// Whoever acts by a key. It is carried along as it was read: to write it as claims and to read them again, twice for a request,
/// took longer than finding it.
/// </summary>
sealed class KeyPrincipal(Actor actor) : ClaimsPrincipal(new ClaimsIdentity(
    [new(ClaimTypes.NameIdentifier, actor.UserId.ToString()), new(ClaimTypes.Email, actor.Email)], PersonalKeyAuthentication.SchemeName))
{
    public Actor Actor => actor;

    /// <summary>A copy that lost its key, and with it what narrows it: nobody, rather than its user without limits.</summary>
    public static bool IsLostIn(ClaimsPrincipal principal)
    {
        foreach (var identity in principal.Identities)
        {
            if (identity.AuthenticationType == PersonalKeyAuthentication.SchemeName)
            {
                return principal is not KeyPrincipal;
            }
        }
        return false;
    }
}
