using Prickle.Filters;

namespace Prickle.Actions;

/// <summary>A named thing that people do: any of several steps fits.</summary>
public sealed record ActionDefinition(int Id, int ProjectId, string Name, string Description, IReadOnlyList<string> Tags, IReadOnlyList<ActionStep> Steps);

/// <summary>One way of doing it: everything said must fit. Written as JSON in the field's snake_case.</summary>
public sealed record ActionStep
{
    /// <summary>The event's name; null is any event.</summary>
    public string? Event { get; init; }

    public string? Url { get; init; }

    /// <summary>contains, regex or exact.</summary>
    public string UrlMatching { get; init; } = "contains";

    public string? TagName { get; init; }

    public string? Text { get; init; }

    /// <summary>contains, regex or exact.</summary>
    public string TextMatching { get; init; } = "exact";

    public string? Href { get; init; }

    /// <summary>contains, regex or exact.</summary>
    public string HrefMatching { get; init; } = "exact";

    /// <summary>A CSS selector that the clicked element, or one around it, fits.</summary>
    public string? Selector { get; init; }

    public FilterGroup Properties { get; init; } = FilterGroup.Everything;
}
