using System.Text.Json;
using System.Text.Json.Serialization;
using Prickle.Insights;

namespace Prickle.Dashboards;

[JsonConverter(typeof(JsonStringEnumConverter<TileKind>))]
public enum TileKind
{
    [JsonStringEnumMemberName("insight")] Insight,
    /// <summary>Markdown.</summary>
    [JsonStringEnumMemberName("text")] Text,
    [JsonStringEnumMemberName("link")] Link,
    /// <summary>A heading over the tiles below it, as wide as the dashboard.</summary>
    [JsonStringEnumMemberName("section")] Section,
}

/// <summary>One tile: what it shows and where it stands.</summary>
/// <param name="Insight">Of an insight tile; null when the insight was deleted.</param>
/// <param name="Title">Of a link or a section.</param>
/// <param name="Body">Markdown of a text tile; what stands below the title of a link.</param>
/// <param name="Url">Of a link: http, https or an address within the product.</param>
/// <param name="Color">none, blue, green, purple, black or honey: a mark at the tile's edge.</param>
/// <param name="Filters">Filters of the tile's own; null when it follows the dashboard.</param>
/// <param name="TemplateTile">The template's id of the tile it was made from; null when from none.</param>
/// <param name="IsEdited">Whether its question was changed by hand since: such a tile keeps what it asks when events are mapped anew.</param>
public sealed record DashboardTile(
    int Id, TileKind Kind, SavedInsight? Insight, string Title, string Body, string Url, string Color, TileLayouts Layouts, TileFilters? Filters,
    string? TemplateTile, bool IsEdited)
{
    /// <summary>What it is called.</summary>
    /// <param name="names">The titles of insights, by their numbers.</param>
    internal string NameAmong(IReadOnlyDictionary<int, string> names) => Kind switch
    {
        TileKind.Insight => Insight is { } insight ? names.GetValueOrDefault(insight.Id, insight.Name) : "Deleted insight",
        TileKind.Text => "Text",
        TileKind.Link when Title.Length == 0 => Url,
        _ => Title,
    };

    /// <summary>Its place in reading order.</summary>
    internal int OrderIn(bool isNarrow)
    {
        var place = isNarrow ? Layouts.Xs : Layouts.Sm;
        return place.Y * TileGrid.Columns + place.X;
    }
}

/// <summary>What people may set of a tile. Of an insight tile either the id of a saved insight, or a new one.</summary>
public sealed record TileDraft
{
    public TileKind Kind { get; init; } = TileKind.Insight;

    /// <summary>The number or short id of a saved insight of the project.</summary>
    public string? InsightId { get; init; }

    /// <summary>An insight to be made with the tile.</summary>
    public InsightDraft? NewInsight { get; init; }
    public string Title { get; init; } = "";
    public string Body { get; init; } = "";
    public string Url { get; init; } = "";
    public string Color { get; init; } = "none";

    /// <summary>Null: below the others.</summary>
    public TileLayouts? Layouts { get; init; }
    public TileFilters? Filters { get; init; }

    /// <summary>Set by templates.</summary>
    [JsonIgnore] public string? TemplateTile { get; init; }

    public static TileDraft Of(DashboardTile tile) => new()
    {
        Kind = tile.Kind,
        InsightId = tile.Insight?.ShortId,
        Title = tile.Title,
        Body = tile.Body,
        Url = tile.Url,
        Color = tile.Color,
        Layouts = tile.Layouts,
        Filters = tile.Filters,
        TemplateTile = tile.TemplateTile,
    };
}

/// <summary>Where a tile stands: <c>sm</c> in twelve columns on wide screens, <c>xs</c> in one column on phones.</summary>
public sealed record TileLayouts(TilePlace Sm, TilePlace Xs);

/// <summary>A place in a grid, in columns and rows (a row is 40 pixels with its gap).</summary>
public sealed record TilePlace(int X, int Y, int W, int H)
{
    public bool Overlaps(TilePlace other) => X < other.X + other.W && other.X < X + W && Y < other.Y + other.H && other.Y < Y + H;
}

/// <summary>A tile's own filters.</summary>
/// <param name="IgnoresDashboard">The dashboard's filters are not laid over it at all.</param>
/// <param name="Filters">Laid over it in place of the dashboard's, member by member.</param>
public sealed record TileFilters(bool IgnoresDashboard = false, DashboardFilters? Filters = null);

/// <summary>A tile and what it shall ask: what a mapping gives to <see cref="DashboardBook.RemapAsync"/>.</summary>
/// <param name="TileId">The tile.</param>
/// <param name="Query">What it shall ask.</param>
public sealed record TileQuestion(int TileId, JsonElement Query);
