using System.Text.Json.Serialization;

namespace Prickle.Dashboards;

/// <summary>A page of tiles, in the field's names (<c>pinned</c>, <c>filters</c>, <c>tiles</c>).</summary>
/// <param name="Pinned">Shown to everybody above the other dashboards.</param>
/// <param name="Favorited">Marked by whoever asks, for themselves.</param>
/// <param name="Filters">Laid over every tile that does not say otherwise.</param>
/// <param name="FilterSets">Filters kept under a name.</param>
/// <param name="RefreshIntervalSeconds">How often an open page asks again; null for never.</param>
/// <param name="Binding">The template it came from; null when from none.</param>
/// <param name="CreatedBy">The address of whoever made it; null when the product did.</param>
/// <param name="IsShared">Whether there is a link by which anybody may see it.</param>
public sealed record Dashboard(
    int Id, int ProjectId, string Name, string Description, IReadOnlyList<string> Tags, bool Pinned, bool Favorited, DashboardFilters Filters,
    IReadOnlyList<FilterSet> FilterSets, int? RefreshIntervalSeconds, TemplateBinding? Binding, IReadOnlyList<DashboardTile> Tiles,
    string? CreatedBy, DateTimeOffset CreatedAt, string? LastModifiedBy, DateTimeOffset LastModifiedAt, bool Deleted, bool IsShared);

/// <summary>A dashboard in a list: everything but its tiles.</summary>
public sealed record DashboardSummary(
    int Id, string Name, string Description, IReadOnlyList<string> Tags, bool Pinned, bool Favorited, int TileCount,
    string? CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset LastModifiedAt, bool Deleted, bool IsShared);

/// <summary>What people may set of a dashboard, its tiles apart.</summary>
public sealed record DashboardDraft
{
    public string Name { get; init; } = "";
    public string Description { get; init; } = "";
    public IReadOnlyList<string> Tags { get; init; } = [];
    public bool Pinned { get; init; }
    public DashboardFilters Filters { get; init; } = new();
    public IReadOnlyList<FilterSet> FilterSets { get; init; } = [];

    /// <summary>30 seconds to a day; null for never.</summary>
    public int? RefreshIntervalSeconds { get; init; }

    /// <summary>Deleted ones can be restored.</summary>
    public bool Deleted { get; init; }

    public static DashboardDraft Of(Dashboard dashboard) => new()
    {
        Name = dashboard.Name,
        Description = dashboard.Description,
        Tags = dashboard.Tags,
        Pinned = dashboard.Pinned,
        Filters = dashboard.Filters,
        FilterSets = dashboard.FilterSets,
        RefreshIntervalSeconds = dashboard.RefreshIntervalSeconds,
        Deleted = dashboard.Deleted,
    };
}

/// <summary>Filters under a name, to be laid over a dashboard with one click.</summary>
public sealed record FilterSet(string Name, DashboardFilters Filters);

/// <summary>Which template a dashboard was made from, and with what.</summary>
/// <param name="Template">Its key, such as <c>aarrr</c>.</param>
/// <param name="Version">From 1.</param>
/// <param name="Values">The value of each variable by its id, as the template's own JSON has values.</param>
/// <param name="DeclinedVersion">The newest version whose offer was declined; null for none.</param>
public sealed record TemplateBinding(
    string Template, int Version, IReadOnlyDictionary<string, System.Text.Json.JsonElement> Values,
    [property: JsonPropertyName("declined_version")] int? DeclinedVersion = null);

/// <summary>Which dashboards to list.</summary>
public sealed record DashboardListFilter
{
    /// <summary>Part of the name or the description.</summary>
    public string? Search { get; init; }
    public string? Tag { get; init; }

    /// <summary>Those that whoever asks has marked.</summary>
    public bool FavoritesOnly { get; init; }
    public bool PinnedOnly { get; init; }

    /// <summary>The deleted ones in place of the others.</summary>
    public bool Deleted { get; init; }

    /// <summary>name, created_at or last_modified_at, with a minus in front for descending; pinned ones come first all the same.</summary>
    public string Order { get; init; } = "name";
}

/// <summary>A part of a list, and how many there are in all.</summary>
public sealed record DashboardList(long Count, IReadOnlyList<DashboardSummary> Dashboards);
