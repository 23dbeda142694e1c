using Microsoft.AspNetCore.Identity;

namespace Prickle.Accounts;

/// <summary>Somebody who signs in. What they may do follows from their memberships.</summary>
public sealed class User : IdentityUser<Guid>
{
    public string Name { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The project that <c>@current</c> names and that the application opens with.</summary>
    public int? CurrentProjectId { get; set; }
}
