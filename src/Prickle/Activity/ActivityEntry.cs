using Prickle.Accounts;

namespace Prickle.Activity;

/// <summary>Something that somebody did, for the log.</summary>
public sealed record ActivityEntry
{
    public required int OrganizationId { get; init; }

    /// <summary>Null for what concerns the organization as a whole.</summary>
    public int? ProjectId { get; init; }

    /// <summary>Null when the product did it by itself.</summary>
    public Actor? Actor { get; init; }
    public required ActivityVerb Verb { get; init; }
    public required Resource Resource { get; init; }
    public required string ItemId { get; init; }
    public required string ItemName { get; init; }

    /// <summary>The item before, as an object with serialisable properties. Secrets are masked by their names.</summary>
    public object? Before { get; init; }
    public object? After { get; init; }

    public static ActivityEntry In(ProjectGrant grant, ActivityVerb verb, Resource resource, string itemId, string itemName) => new()
    {
        OrganizationId = grant.Project.OrganizationId,
        ProjectId = grant.ProjectId,
        Actor = grant.Actor,
        Verb = verb,
        Resource = resource,
        ItemId = itemId,
        ItemName = itemName,
    };
}
