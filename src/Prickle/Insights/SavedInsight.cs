using System.Text.Json;

namespace Prickle.Insights;

/// <summary>A question that was kept, with what people say about it.</summary>
/// <param name="ShortId">Its name in addresses.</param>
/// <param name="Kind">The kind of its query, such as TrendsQuery.</param>
/// <param name="CreatedBy">The address of whoever made it; null when the product did.</param>
/// <param name="IsShared">Whether there is a link by which anybody may read its answer.</param>
public sealed record SavedInsight(
    int Id, string ShortId, string Name, string Description, IReadOnlyList<string> Tags, bool Favorited, string Kind, JsonElement Query,
    string? CreatedBy, DateTimeOffset CreatedAt, string? LastModifiedBy, DateTimeOffset LastModifiedAt, bool Deleted, bool IsShared);

/// <summary>What people may set of an insight.</summary>
public sealed record InsightDraft
{
    public string Name { get; init; } = "";
    public string Description { get; init; } = "";
    public IReadOnlyList<string> Tags { get; init; } = [];
    public bool Favorited { get; init; }

    /// <summary>A question of any kind, or a SqlQuery.</summary>
    public JsonElement Query { get; init; }

    /// <summary>Deleted ones can be restored.</summary>
    public bool Deleted { get; init; }

    public static InsightDraft Of(SavedInsight insight) => new()
    {
        Name = insight.Name,
        Description = insight.Description,
        Tags = insight.Tags,
        Favorited = insight.Favorited,
        Query = insight.Query,
        Deleted = insight.Deleted,
    };
}

/// <summary>Which insights to list.</summary>
public sealed record InsightListFilter
{
    /// <summary>Part of the name or the description.</summary>
    public string? Search { get; init; }

    /// <summary>A kind of query, such as TrendsQuery.</summary>
    public string? Kind { get; init; }
    public bool FavoritesOnly { get; init; }

    /// <summary>Those that this user made.</summary>
    public Guid? CreatedBy { get; init; }
    public string? Tag { get; init; }

    /// <summary>The deleted ones in place of the others.</summary>
    public bool Deleted { get; init; }

    /// <summary>name, created_at or last_modified_at, with a minus in front for descending.</summary>
    public string Order { get; init; } = "-last_modified_at";
}

/// <summary>A part of a list, and how many there are in all.</summary>
public sealed record InsightList(long Count, IReadOnlyList<SavedInsight> Insights);

/// <summary>Something that shows an insight, such as a dashboard.</summary>
public sealed record InsightUse(string Kind, string Id, string Name, string Address);

/// <summary>Says where insights are used. Modules that use some register one.</summary>
public interface IInsightUses
{
    Task<IReadOnlyList<InsightUse>> OfAsync(int projectId, int insightId, CancellationToken cancellationToken);
}
