namespace Prickle.Accounts;

/// <summary>What an actor may do in a project they can see. An endpoint takes it as a parameter.</summary>
public sealed record ProjectGrant(Project Project, Actor Actor, Role Role) : Grant(Actor, Role)
{
    public int ProjectId => Project.Id;

    /// <summary>The grant that the API frame found for this request.</summary>
    public static ValueTask<ProjectGrant?> BindAsync(HttpContext context) => new(context.Features.Get<ProjectGrant>());
}
