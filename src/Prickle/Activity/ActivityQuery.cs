using Microsoft.AspNetCore.Mvc;

namespace Prickle.Activity;

/// <summary>The filters of the log's endpoints.</summary>
public sealed class ActivityQuery
{
    /// <summary>A resource, such as <c>project</c>.</summary>
    [FromQuery(Name = "scope")]
    public string? Scope { get; init; }

    [FromQuery(Name = "item_id")]
    public string? ItemId { get; init; }

    [FromQuery(Name = "user")]
    public Guid? User { get; init; }

    /// <summary>Part of an item's name or of an address.</summary>
    [FromQuery(Name = "search")]
    public string? Search { get; init; }
}
