namespace Prickle.Accounts;

/// <summary>What an actor may do in an organization they belong to. An endpoint takes it as a parameter.</summary>
public sealed record OrganizationGrant(int OrganizationId, string OrganizationName, Actor Actor, Role Role)
    : Grant(Actor, Role)
{
    /// <summary>The grant that the API frame found for this request.</summary>
    public static ValueTask<OrganizationGrant?> BindAsync(HttpContext context) =>
        new(context.Features.Get<OrganizationGrant>());
}
