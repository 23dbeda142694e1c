using System.Security.Claims;
using Prickle.Accounts.Access;

namespace Prickle.Accounts;

/// <summary>Who does something: a signed-in user, or a user by one of their personal API keys.</summary>
public sealed record Actor(Guid UserId, string Email, ActorKey? Key = null)
{
    /// <summary>The actor of a request or a circuit; null when nobody is signed in.</summary>
    public static Actor? From(ClaimsPrincipal? principal)
    {
        if (principal is KeyPrincipal byKey)
        {
            return byKey.Actor;
        }
        if (principal?.Identity?.IsAuthenticated != true || KeyPrincipal.IsLostIn(principal)
            || !Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var userId))
        {
            return null;
        }
        var email = principal.FindFirstValue(ClaimTypes.Email) ?? principal.Identity.Name ?? "";
        return new Actor(userId, email);
    }

    /// <summary>The actor of this request; the API frame lets nobody else in.</summary>
    public static ValueTask<Actor?> BindAsync(HttpContext context) => new(From(context.User));

    internal Level KeyLevelOf(Resource resource) => Key?.Scopes.LevelOf(resource) ?? Level.Write;

    internal bool KeyReaches(Project project) =>
        Key is null
        || (Key.OrganizationIds?.Contains(project.OrganizationId) != false && Key.ProjectIds?.Contains(project.Id) != false);

    /// <summary>A key for some projects only cannot act on the organization as a whole.</summary>
    internal bool KeyReachesOrganization(int organizationId) =>
        Key is null || (Key.ProjectIds is null && Key.OrganizationIds?.Contains(organizationId) != false);
}
