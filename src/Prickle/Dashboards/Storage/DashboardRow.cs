using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Prickle.Insights;

namespace Prickle.Dashboards.Storage;

sealed class DashboardRow
{
    public int Id { get; set; }
    public int ProjectId { get; set; }
    public string Name { get; set; } = "";
    public string Description { get; set; } = "";
    public List<string> Tags { get; set; } = [];
    public bool Pinned { get; set; }

    /// <summary>JSON of <see cref="DashboardFilters"/>.</summary>
    public string Filters { get; set; } = "{}";

    /// <summary>JSON of the list of <see cref="FilterSet"/>.</summary>
    public string FilterSets { get; set; } = "[]";
    public int? RefreshIntervalSeconds { get; set; }

    /// <summary>JSON of <see cref="TemplateBinding"/>; null for none.</summary>
    public string? Binding { get; set; }

    /// <summary>The address at the time: it says who after an account is gone.</summary>
    public string? CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public string? LastModifiedBy { get; set; }
    public DateTimeOffset LastModifiedAt { get; set; }
    public bool Deleted { get; set; }

    /// <summary>SHA-256 of the link's secret; null when it is not shared.</summary>
    public string? ShareHash { get; set; }

    /// <summary>Hash of the link's password; null for none.</summary>
    public string? SharePassword { get; set; }
    public DateTimeOffset? ShareExpiresAt { get; set; }

    public Dashboard ToDashboard(IReadOnlyList<DashboardTile> tiles, bool favorited) => new(
        Id, ProjectId, Name, Description, [.. Tags], Pinned, favorited, Read<DashboardFilters>(Filters), Read<List<FilterSet>>(FilterSets),
        RefreshIntervalSeconds, Binding is null ? null : Read<TemplateBinding>(Binding), tiles, CreatedBy, CreatedAt, LastModifiedBy, LastModifiedAt,
        Deleted, ShareHash is not null);

    public void Apply(DashboardDraft draft)
    {
        Name = draft.Name.Trim();
        Description = draft.Description;
        Tags = [.. draft.Tags.Select(tag => tag.Trim()).Where(tag => tag.Length > 0).Distinct()];
        Pinned = draft.Pinned;
        Filters = Write(draft.Filters);
        FilterSets = Write(draft.FilterSets);
        RefreshIntervalSeconds = draft.RefreshIntervalSeconds;
        Deleted = draft.Deleted;
    }

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, InsightJson.Options)!;

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, InsightJson.Options);

    sealed class Configuration : IEntityTypeConfiguration<DashboardRow>
    {
        public void Configure(EntityTypeBuilder<DashboardRow> dashboard)
        {
            dashboard.ToTable("dashboards");
            dashboard.Property(row => row.Name).HasMaxLength(400);
            dashboard.Property(row => row.ShareHash).HasMaxLength(64);
            dashboard.HasIndex(row => row.ProjectId);
            dashboard.HasIndex(row => row.ShareHash).IsUnique();
        }
    }
}

sealed class TileRow
{
    public int Id { get; set; }
    public int DashboardId { get; set; }
    public TileKind Kind { get; set; }

    /// <summary>The number of a saved insight.</summary>
    public int? InsightId { get; set; }
    public string Title { get; set; } = "";
    public string Body { get; set; } = "";
    public string Url { get; set; } = "";
    public string Color { get; set; } = "none";

    /// <summary>JSON of <see cref="TileLayouts"/>.</summary>
    public string Layouts { get; set; } = "{}";

    /// <summary>JSON of <see cref="TileFilters"/>; null for none.</summary>
    public string? Filters { get; set; }
    public string? TemplateTile { get; set; }

    /// <summary>The question as the template made it: the tile is edited when its insight asks another.</summary>
    public string? TemplateQuery { get; set; }

    public DashboardTile ToTile(SavedInsight? insight) => new(
        Id, Kind, insight, Title, Body, Url, Color, DashboardRow.Read<TileLayouts>(Layouts), Filters is null ? null : DashboardRow.Read<TileFilters>(Filters),
        TemplateTile, TemplateQuery is not null && (insight is null || !TileQuery.AreEqual(TemplateQuery, insight.Query.GetRawText())));

    public void Apply(TileDraft draft, TileLayouts layouts)
    {
        Kind = draft.Kind;
        Title = draft.Title.Trim();
        Body = draft.Body;
        Url = draft.Url.Trim();
        Color = draft.Color;
        Layouts = DashboardRow.Write(layouts);
        Filters = draft.Filters is null ? null : DashboardRow.Write(draft.Filters);
        TemplateTile = draft.TemplateTile;
    }

    sealed class Configuration : IEntityTypeConfiguration<TileRow>
    {
        public void Configure(EntityTypeBuilder<TileRow> tile)
        {
            tile.ToTable("dashboard_tiles");
            tile.Property(row => row.TemplateTile).HasMaxLength(100);
            tile.HasIndex(row => row.DashboardId);
            tile.HasIndex(row => row.InsightId);
            tile.HasOne<DashboardRow>().WithMany().HasForeignKey(row => row.DashboardId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>A dashboard that somebody marked for themselves.</summary>
sealed class FavoriteRow
{
    public int DashboardId { get; set; }
    public Guid UserId { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<FavoriteRow>
    {
        public void Configure(EntityTypeBuilder<FavoriteRow> favorite)
        {
            favorite.ToTable("dashboard_favorites");
            favorite.HasKey(row => new { row.UserId, row.DashboardId });
            favorite.HasOne<DashboardRow>().WithMany().HasForeignKey(row => row.DashboardId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
