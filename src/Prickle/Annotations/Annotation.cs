using Prickle.Accounts;

namespace Prickle.Annotations;

/// <summary>Where an annotation shows.</summary>
public enum AnnotationScope
{
    Project,
    Organization,
    Dashboard,
}

/// <summary>A remark on a moment, shown on charts that hold it.</summary>
/// <param name="DashboardId">The dashboard on whose tiles alone it shows; null where it shows on every chart.</param>
public sealed record Annotation(
    int Id, string Content, DateTimeOffset DateMarker, AnnotationScope Scope, int? DashboardId, string? DashboardName,
    IReadOnlyList<string> Tags, string CreatedBy, DateTimeOffset CreatedAt);

/// <summary>What people say about an annotation.</summary>
public sealed record AnnotationSettings
{
    public string Content { get; init; } = "";

    /// <summary>The moment that is meant; none is now.</summary>
    public DateTimeOffset? DateMarker { get; init; }
    public AnnotationScope Scope { get; init; }

    /// <summary>With the scope <see cref="AnnotationScope.Dashboard"/>, and with it alone.</summary>
    public int? DashboardId { get; init; }
    public IReadOnlyList<string> Tags { get; init; } = [];

    public static AnnotationSettings Of(Annotation annotation) => new()
    {
        Content = annotation.Content,
        DateMarker = annotation.DateMarker,
        Scope = annotation.Scope,
        DashboardId = annotation.DashboardId,
        Tags = annotation.Tags,
    };

    /// <summary>Why it cannot be saved; null when it can.</summary>
    public Refusal? Check() =>
        Content.Trim() is not { Length: > 0 and <= 1000 } ? Refusal.Invalid("content", "An annotation has 1 to 1000 characters.")
        : DateMarker is { Year: < 1970 or > 2200 } ? Refusal.Invalid("date_marker", "The moment lies between 1970 and 2200.")
        : Scope == AnnotationScope.Dashboard && DashboardId is null ? Refusal.Invalid("dashboard_id", "Say to which dashboard it is kept.")
        : Scope != AnnotationScope.Dashboard && DashboardId is not null
            ? Refusal.Invalid("dashboard_id", "Only an annotation with the scope dashboard is kept to one.")
        : Tags.Count > 20 || Tags.Any(tag => tag.Trim().Length is 0 or > 60)
            ? Refusal.Invalid("tags", "At most 20 tags of 1 to 60 characters.")
        : null;
}

/// <summary>Which annotations to list.</summary>
public sealed record AnnotationListFilter
{
    /// <summary>Part of the text.</summary>
    public string Search { get; init; } = "";

    /// <summary>Those kept to one dashboard.</summary>
    public int? DashboardId { get; init; }
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? To { get; init; }
    public bool OldestFirst { get; init; }
}
