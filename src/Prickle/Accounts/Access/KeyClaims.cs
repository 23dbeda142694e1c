using System.Globalization;
using System.Security.Claims;

namespace Prickle.Accounts.Access;

/// <summary>A key as claims of the principal that authenticated with it, and back.</summary>
static class KeyClaims
{
    const string Id = "prickle:key";
    const string Name = "prickle:key_name";
    const string Scope = "prickle:key_scope";
    const string Expires = "prickle:key_expires";
    const string Organization = "prickle:key_organization";
    const string Project = "prickle:key_project";
    const string OfProject = "prickle:key_of_project";

    /// <summary>Stands for "limited to none", which an absent list would turn into "not limited".</summary>
    const int Nothing = -1;

    public static IEnumerable<Claim> Write(
        Guid id, string name, IEnumerable<string> scopes, IReadOnlyList<int>? organizationIds,
        IReadOnlyList<int>? projectIds, DateTimeOffset? expiresAt) =>
    [
        new(Id, id.ToString()),
        new(Name, name),
        .. scopes.Select(scope => new Claim(Scope, scope)),
        .. Limit(Organization, organizationIds),
        .. Limit(Project, projectIds),
        .. expiresAt is { } moment ? [new Claim(Expires, moment.ToString("O", CultureInfo.InvariantCulture))] : Array.Empty<Claim>(),
    ];

    /// <summary>A key that belongs to a project.</summary>
    public static IEnumerable<Claim> WriteOfProject(Guid id, string name, IEnumerable<string> scopes, int projectId) =>
        [.. Write(id, name, scopes, null, [projectId], null), new(OfProject, "true")];

    public static ActorKey? Read(ClaimsPrincipal principal)
    {
        if (principal.FindFirstValue(Id) is not { } id)
        {
            return null;
        }
        var texts = principal.FindAll(Scope).Select(claim => claim.Value);
        if (!Scopes.TryParse(texts, out var scopes, out var unknown))
        {
            throw new InvalidOperationException($"A stored key has the scope '{unknown}', which is not known.");
        }
        var expires = principal.FindFirstValue(Expires);
        return new ActorKey(
            Guid.Parse(id), principal.FindFirstValue(Name) ?? "", scopes,
            LimitOf(principal, Organization), LimitOf(principal, Project),
            expires is null ? null : DateTimeOffset.Parse(expires, CultureInfo.InvariantCulture))
        {
            IsOfProject = principal.HasClaim(OfProject, "true"),
        };
    }

    static IEnumerable<Claim> Limit(string type, IReadOnlyList<int>? ids) => ids switch
    {
        null => [],
        [] => [new Claim(type, Nothing.ToString(CultureInfo.InvariantCulture))],
        _ => ids.Select(id => new Claim(type, id.ToString(CultureInfo.InvariantCulture))),
    };

    static List<int>? LimitOf(ClaimsPrincipal principal, string type)
    {
        var ids = principal.FindAll(type).Select(claim => int.Parse(claim.Value, CultureInfo.InvariantCulture)).ToList();
        return ids.Count == 0 ? null : ids;
    }
}
